package org.countersign.cli;

import java.time.Duration;
import java.time.Instant;
import org.countersign.config.KeyEntry;
import org.countersign.config.ValueType;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads durations and moments of command lines as the policy file has them. */
final class KeyTimes {
    private KeyTimes() {}

    /** Reads a duration as the policy file does. */
    static final class DurationConverter implements ITypeConverter<Duration> {
        private static final ValueType<Duration> TYPE =
                ValueType.duration(Duration.ofSeconds(1), Duration.ofDays(3650));

        @Override
        public Duration convert(String text) {
            return TYPE.parse(text)
                    .orElseThrow(() -> new TypeConversionException(Main.quoted(text) + " is not " + TYPE.expected()));
        }
    }

    /** Reads a date or a moment as {@code active-from} of the policy file. */
    static final class StartConverter implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            return KeyEntry.ACTIVE_FROM
                    .parse(text)
                    .orElseThrow(() -> new TypeConversionException(
                            Main.quoted(text) + " is not " + KeyEntry.ACTIVE_FROM.expected()));
        }
    }

    /** Reads a date or a moment as {@code retire-after} of the policy file. */
    static final class EndConverter implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            return KeyEntry.RETIRE_AFTER
                    .parse(text)
                    .orElseThrow(() -> new TypeConversionException(
                            Main.quoted(text) + " is not " + KeyEntry.RETIRE_AFTER.expected()));
        }
    }
}

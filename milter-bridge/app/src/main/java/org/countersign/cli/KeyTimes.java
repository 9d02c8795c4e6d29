package org.countersign.cli;

import java.time.Duration;
import java.time.Instant;
import org.countersign.config.KeyEntry;
import org.countersign.config.ValueType;

/** Reads durations and moments of command lines as the policy file has them. */
final class KeyTimes {
    private KeyTimes() {}

    /** Reads a duration from a second to ten years. */
    static final class DurationConverter extends ValueConverter<Duration> {
        DurationConverter() {
            super(ValueType.duration(Duration.ofSeconds(1), Duration.ofDays(3650)));
        }
    }

    /** Reads a date or a moment as {@code active-from} of the policy file. */
    static final class StartConverter extends ValueConverter<Instant> {
        StartConverter() {
            super(KeyEntry.ACTIVE_FROM);
        }
    }

    /** Reads a date or a moment as {@code retire-after} of the policy file. */
    static final class EndConverter extends ValueConverter<Instant> {
        EndConverter() {
            super(KeyEntry.RETIRE_AFTER);
        }
    }
}

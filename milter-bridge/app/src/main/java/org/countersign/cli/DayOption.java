package org.countersign.cli;

import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The day that reports to send are about. */
final class DayOption {
    @Option(
            names = "--day",
            paramLabel = "DAY",
            converter = DayConverter.class,
            description = "The day in UTC that the reports are about, by default yesterday.")
    private Optional<LocalDate> day = Optional.empty();

    /** The number of the day, counted from 1970-01-01; by default that of yesterday in UTC. */
    long number(InstantSource clock) {
        return day.orElseGet(() ->
                        LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).minusDays(1))
                .toEpochDay();
    }

    static final class DayConverter implements ITypeConverter<LocalDate> {
        @Override
        public LocalDate convert(String text) {
            try {
                return LocalDate.parse(text);
            } catch (DateTimeException other) {
                throw new TypeConversionException(Main.quoted(text) + " is not a day such as 2026-11-28");
            }
        }
    }
}

package org.countersign.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a time with its offset from UTC, or a date, which begins at midnight UTC. */
final class TimeConverter implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String text) {
        return parse(text)
                .orElseThrow(() -> new TypeConversionException(Main.quoted(text)
                        + " is not a time such as 2026-11-23T12:00:00Z, nor a date such as 2026-11-23"));
    }

    /** The time; empty for another text. */
    static Optional<Instant> parse(String text) {
        boolean date = text.length() == "2026-11-23".length();
        try {
            return Optional.of(
                    date
                            ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                            : OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException other) {
            return Optional.empty();
        }
    }
}

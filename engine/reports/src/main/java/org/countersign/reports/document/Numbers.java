package org.countersign.reports.document;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.countersign.syntax.Ascii;

/** Counts and instants as reporters write them. */
final class Numbers {
    /** More messages than any report can be about. 200,000 such rows still have a sum. */
    static final long MAX_COUNT = 1_000_000_000_000L;

    private static final int MAX_DIGITS = 18;
    private static final int MAX_INSTANT = 40;

    // Seconds are below it until the year 5138, and milliseconds above it since 1973.
    private static final long MIN_MILLISECONDS = 100_000_000_000L;
    private static final long MIN_MICROSECONDS = 100_000_000_000_000L;
    private static final long MIN_NANOSECONDS = 100_000_000_000_000_000L;

    private Numbers() {}

    /**
     * A number.
     *
     * @param canonical whether it has a form of the schema: digits, and a sign if any
     */
    record Read(long value, boolean canonical) {}

    /** Parses a whole number of at most 18 digits. A fraction of zeros is ignored. Empty for other text. */
    static Optional<Read> integer(String text) {
        int from = text.startsWith("+") || text.startsWith("-") ? 1 : 0;
        int end = from;
        while (end < text.length() && Ascii.isDigit(text.charAt(end))) {
            end++;
        }
        int first = from;
        while (first < end - 1 && text.charAt(first) == '0') {
            first++;
        }
        if (end == from || end - first > MAX_DIGITS || !isZeroFraction(text, end)) {
            return Optional.empty();
        }
        long value = Long.parseLong(text.substring(first, end));
        return Optional.of(new Read(text.startsWith("-") ? -value : value, end == text.length()));
    }

    private static boolean isZeroFraction(String text, int from) {
        if (from == text.length()) {
            return true;
        }
        boolean zeros = text.charAt(from) == '.';
        for (int i = from + 1; i < text.length(); i++) {
            zeros = zeros && text.charAt(i) == '0';
        }
        return zeros;
    }

    /**
     * Parses an instant: seconds since 1970, or in another form milliseconds and smaller parts of a second, or a date of ISO 8601
     * or RFC 5322. Without a zone it is in UTC.
     *
     * @param endsDay whether a date without a time is the last second of its day, not the first
     */
    static Optional<Read> instant(String text, boolean endsDay) {
        Optional<Read> number = integer(text);
        if (number.isPresent()) {
            long value = number.get().value();
            if (value < MIN_MILLISECONDS) {
                return number;
            }
            long parts = value < MIN_MICROSECONDS ? 1000L : value < MIN_NANOSECONDS ? 1_000_000L : 1_000_000_000L;
            return Optional.of(new Read(value / parts, false));
        }
        if (text.length() > MAX_INSTANT) {
            return Optional.empty();
        }
        int point = text.indexOf('.');
        if (point > 0 && text.substring(point + 1).chars().allMatch(Ascii::isDigit)) {
            Optional<Read> whole = integer(text.substring(0, point));
            if (whole.isPresent()) {
                return Optional.of(new Read(whole.get().value(), false));
            }
        }
        String iso = text.replace(' ', 'T');
        return date(() -> LocalDate.parse(text).atStartOfDay().toEpochSecond(ZoneOffset.UTC) + (endsDay ? 86_399 : 0))
                .or(() -> date(() -> OffsetDateTime.parse(iso).toEpochSecond()))
                .or(() -> date(() -> LocalDateTime.parse(iso).toEpochSecond(ZoneOffset.UTC)))
                .or(() -> date(() -> OffsetDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toEpochSecond()));
    }

    private interface Dated {
        long seconds();
    }

    private static Optional<Read> date(Dated dated) {
        try {
            return Optional.of(new Read(dated.seconds(), false));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}

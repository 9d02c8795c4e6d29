package org.countersign.reports.send;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The hours in UTC in which reports are sent, such as {@code 00:30-06:00}. They may pass midnight.
 *
 * @param end after which nothing new is sent; equal to {@code start} for the whole day
 */
public record SendWindow(LocalTime start, LocalTime end) {
    /** From half an hour after midnight, when a day is complete, until mail of the morning begins. */
    public static final SendWindow DEFAULT = new SendWindow(LocalTime.of(0, 30), LocalTime.of(6, 0));

    private static final Pattern HYPHEN = Pattern.compile("-");
    // What is left of the hours when a day becomes ready late, so that its reports are no burst.
    private static final Duration MIN_SPREAD = Duration.ofHours(1);
    // Hosts that share a store do not begin at the same moment.
    private static final int SHIFT_SHARE = 10;

    /** The times between which the reports of a day are spread. */
    record Span(Instant from, Instant to) {
        /** The time of one of several reports, evenly spaced. */
        Instant slot(int index, int count) {
            return from.plus(Duration.between(from, to).multipliedBy(index).dividedBy(Math.max(1, count)));
        }
    }

    /** Parses two times of the day with a hyphen between them; empty for other text. */
    static Optional<SendWindow> parse(String text) {
        List<String> parts = List.of(HYPHEN.split(text, -1));
        if (parts.size() != 2) {
            return Optional.empty();
        }
        try {
            return Optional.of(new SendWindow(
                    LocalTime.parse(parts.get(0).strip()),
                    LocalTime.parse(parts.get(1).strip())));
        } catch (DateTimeException noTime) {
            return Optional.empty();
        }
    }

    /**
     * When the reports that are planned now are sent: in the hours that last, or else in the next ones.
     *
     * @param shift from 0 to 1: by how much of a tenth of the hours the first one is delayed
     */
    Span next(Instant now, double shift) {
        Instant midnight = now.atOffset(ZoneOffset.UTC)
                .toLocalDate()
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
        Duration length = length();
        // Yesterday's hours may last past midnight.
        Instant begin = midnight.minus(Duration.ofDays(1)).plusSeconds(start.toSecondOfDay());
        while (!begin.plus(length).isAfter(now)) {
            begin = begin.plus(Duration.ofDays(1));
        }
        Instant shifted = begin.plus(length.multipliedBy((long) (shift * 1000)).dividedBy(1000L * SHIFT_SHARE));
        Instant from = shifted.isAfter(now) ? shifted : now;
        Instant to = begin.plus(length);
        return new Span(from, to.isBefore(from.plus(MIN_SPREAD)) ? from.plus(MIN_SPREAD) : to);
    }

    private Duration length() {
        Duration length = Duration.between(start, end);
        return length.isNegative() || length.isZero() ? length.plusDays(1) : length;
    }

    @Override
    public String toString() {
        return start + "-" + end;
    }
}

package org.countersign.reports.view;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * The UTC days that a view is about.
 *
 * @param first the first day
 * @param last the last day, included
 * @param unauthenticated whether reports count whose sender is not authenticated: anybody can send these
 */
public record ViewPeriod(LocalDate first, LocalDate last, boolean unauthenticated) {
    /** The days that the store keeps by default. */
    public static final int MAX_DAYS = 400;

    public ViewPeriod {
        if (last.isBefore(first)) {
            throw new IllegalArgumentException(last + " is before " + first);
        }
    }

    /**
     * The last days, today included, from reports of authenticated senders.
     *
     * @param days at least 1; at most {@link #MAX_DAYS} are used
     */
    public static ViewPeriod lastDays(int days, Instant now) {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        return new ViewPeriod(today.minusDays(Math.clamp(days, 1, MAX_DAYS) - 1L), today, false);
    }

    /** The same days, with reports whose sender is not authenticated. */
    public ViewPeriod withUnauthenticated() {
        return new ViewPeriod(first, last, true);
    }

    /** As many days, of which each is a day earlier. */
    public ViewPeriod oneDayEarlier() {
        return new ViewPeriod(first.minusDays(1), last.minusDays(1), unauthenticated);
    }

    /** How many days these are. */
    public int days() {
        return (int) (last.toEpochDay() - first.toEpochDay()) + 1;
    }
}

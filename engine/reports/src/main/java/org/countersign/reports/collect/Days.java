package org.countersign.reports.collect;

/** Days in UTC, counted from 1970-01-01. */
final class Days {
    private static final int SECONDS = 86_400;
    private static final int SECONDS_OF_AN_HOUR = 3_600;

    private Days() {}

    static int of(long second) {
        return Math.toIntExact(Math.floorDiv(second, SECONDS));
    }

    static int hourOf(long second) {
        return Math.floorMod(second, SECONDS) / SECONDS_OF_AN_HOUR;
    }
}

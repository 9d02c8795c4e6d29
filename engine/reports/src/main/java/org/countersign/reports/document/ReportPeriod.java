package org.countersign.reports.document;

/**
 * The period of a report (RFC 9990 §3.1.1.4).
 *
 * @param begin its first second, counted from 1970-01-01 in UTC
 * @param end its last second
 */
public record ReportPeriod(long begin, long end) {
    private static final long SECONDS_OF_DAY = 86_400;

    /** @throws IllegalArgumentException if it ends before it begins, or begins before 1970 */
    public ReportPeriod {
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("period from " + begin + " to " + end);
        }
    }

    /** The period of a day in UTC, counted from 1970-01-01. */
    public static ReportPeriod ofDay(long day) {
        return new ReportPeriod(day * SECONDS_OF_DAY, day * SECONDS_OF_DAY + SECONDS_OF_DAY - 1);
    }

    /** The number of seconds from the begin to the end. */
    public long seconds() {
        return end - begin;
    }
}

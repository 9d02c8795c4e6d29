package org.countersign.reports.send;

import java.time.Duration;
import java.time.Instant;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Octets;

/**
 * A report that is not composed yet.
 *
 * @param reportId its Report-ID
 * @param bucket that of the policy
 * @param day the day that it is about, counted from 1970-01-01 in UTC
 * @param domain the domain that publishes the policy
 * @param policyId the policy
 * @param messages that it is about, as far as known
 * @param attempt how often the addresses could not be looked up
 */
record PlannedReport(
        String reportId, int bucket, long day, DomainName domain, Octets policyId, long messages, int attempt) {
    private static final long SECONDS = Duration.ofDays(1).toSeconds();

    /** The number of the day of an instant. */
    static long dayOf(Instant instant) {
        return Math.floorDiv(instant.getEpochSecond(), SECONDS);
    }

    /** The first second of a day. */
    static Instant begin(long day) {
        return Instant.ofEpochSecond(day * SECONDS);
    }

    /** The last second of a day, as a report names it. */
    static Instant end(long day) {
        return begin(day + 1).minusSeconds(1);
    }
}

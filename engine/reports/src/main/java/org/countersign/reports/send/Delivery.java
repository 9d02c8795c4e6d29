package org.countersign.reports.send;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.countersign.domain.DomainName;

/**
 * A report on its way to one address.
 *
 * @param kind of the report
 * @param n its number among the deliveries of the report
 * @param token that of its envelope sender
 * @param attempt how often it was taken, which is the fence of a lease
 * @param firstAt when it was made
 * @param domain the domain that the report is about
 * @param day the day that the report is about
 * @param messages the number of messages in the report
 */
record Delivery(
        String reportId,
        ReportKind kind,
        int n,
        MailAddress address,
        String token,
        int attempt,
        Instant firstAt,
        DomainName domain,
        long day,
        long messages) {
    /** After this time, and a few attempts, nothing is tried any more. */
    static final Duration MAX_AGE = Duration.ofDays(2);

    private static final int MIN_ATTEMPTS = 3;
    private static final List<Duration> PAUSES =
            List.of(Duration.ofMinutes(15), Duration.ofHours(1), Duration.ofHours(4), Duration.ofHours(12));

    /** The same delivery after it was taken once more. */
    Delivery taken() {
        return new Delivery(reportId, kind, n, address, token, attempt + 1, firstAt, domain, day, messages);
    }

    /** Whether nothing more is tried. A few attempts are made in any case: the clock may have been set forwards. */
    boolean isExpired(Instant now) {
        return attempt > MIN_ATTEMPTS && !now.isBefore(firstAt.plus(MAX_AGE));
    }

    /** When to try again after the attempts so far. */
    Instant next(Instant now) {
        return now.plus(PAUSES.get(Math.clamp(attempt - 1, 0, PAUSES.size() - 1)));
    }
}

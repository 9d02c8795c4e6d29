package org.countersign.testing;

import java.time.Duration;
import java.time.Instant;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.MeasuringClock;

/**
 * A DNS client that measures deadlines by the monotonic clock, as the real ones do: it answers a query if its deadline has
 * not passed, and is not hours away.
 */
public final class DeadlineDns implements DnsClient {
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final DnsClient zone;
    private final MeasuringClock clock;

    public DeadlineDns(DnsClient zone, MeasuringClock clock) {
        this.zone = zone;
        this.clock = clock;
    }

    @Override
    public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
        Duration left = Duration.between(clock.monotonic().instant(), deadline);
        return left.isPositive() && left.compareTo(LONGEST) <= 0
                ? zone.lookup(query, deadline)
                : new DnsAnswer.Unavailable<>(DnsAnswer.Failure.TIMEOUT, AnswerMetadata.NONE);
    }
}

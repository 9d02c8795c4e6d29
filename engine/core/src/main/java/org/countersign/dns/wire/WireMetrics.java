package org.countersign.dns.wire;

import org.countersign.metrics.Counter;
import org.countersign.metrics.Meter;

/**
 * What a {@link WireDnsClient} counts, for all its servers together.
 *
 * @param queries queries sent; each attempt at each server counts
 * @param unanswered queries without a readable answer: none in time, a malformed one, or an unreachable server
 * @param dropped queries dropped, or not sent, because a limit was reached
 */
public record WireMetrics(Counter queries, Counter unanswered, Counter dropped) {
    public static final String QUERIES = "countersign_dns_queries_total";
    public static final String UNANSWERED = "countersign_dns_unanswered_queries_total";
    public static final String DROPPED = "countersign_dns_dropped_queries_total";
    /** Gauge: how many servers are queried last at the moment, because they did not answer. */
    public static final String SERVERS_IN_BACKOFF = "countersign_dns_servers_in_backoff";

    static WireMetrics of(Meter meter) {
        return new WireMetrics(meter.counter(QUERIES), meter.counter(UNANSWERED), meter.counter(DROPPED));
    }
}

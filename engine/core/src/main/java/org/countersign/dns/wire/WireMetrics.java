package org.countersign.dns.wire;

import org.countersign.metrics.Counter;
import org.countersign.metrics.Histogram;
import org.countersign.metrics.Label;
import org.countersign.metrics.Meter;
import org.countersign.metrics.Metric;

/**
 * What a {@link WireDnsClient} counts for each of its servers, by the label {@code server}.
 *
 * @param queries queries sent; each attempt at each server counts
 * @param unanswered queries without a readable answer: none in time, a malformed one, or an unreachable server
 * @param dropped queries dropped, or not sent, because a limit was reached
 * @param answerTime how long the readable answers took
 */
public record WireMetrics(Counter queries, Counter unanswered, Counter dropped, Histogram answerTime) {
    public static final Metric QUERIES =
            Metric.counter("countersign_dns_queries_total", "Queries sent to a DNS server; each attempt counts.");
    public static final Metric UNANSWERED = Metric.counter(
            "countersign_dns_unanswered_queries_total",
            "Queries to a DNS server without a readable answer: none in time, a malformed one, or no connection.");
    public static final Metric DROPPED = Metric.counter(
            "countersign_dns_dropped_queries_total",
            "Queries to a DNS server dropped, or not sent, because a limit was reached.");
    public static final Metric ANSWER_TIME =
            Metric.histogram("countersign_dns_answer_seconds", "How long a DNS server took for a readable answer.");
    public static final Metric IN_BACKOFF = Metric.gauge(
            "countersign_dns_server_in_backoff",
            "1 while a DNS server is queried after the others, because it did not answer; otherwise 0.");
    public static final Metric IN_FLIGHT =
            Metric.gauge("countersign_dns_queries_in_flight", "Queries to DNS servers that wait for an answer.");

    static WireMetrics of(Meter meter, Label server) {
        return new WireMetrics(
                meter.counter(QUERIES, server),
                meter.counter(UNANSWERED, server),
                meter.counter(DROPPED, server),
                meter.histogram(ANSWER_TIME, server));
    }
}

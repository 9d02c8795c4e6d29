package org.countersign.dns.cache;

import java.util.EnumMap;
import java.util.Map;
import org.countersign.dns.DnsAnswer;
import org.countersign.metrics.Counter;
import org.countersign.metrics.Histogram;
import org.countersign.metrics.Label;
import org.countersign.metrics.Meter;
import org.countersign.metrics.Metric;
import org.countersign.syntax.Keyword;

/** What a cache counts. */
public final class CacheMetrics {
    public static final Metric HITS = Metric.counter(
            "countersign_dns_cache_hits_total",
            "DNS queries answered from the cache at once, with an answer or a cached failure.");
    public static final Metric MISSES = Metric.counter(
            "countersign_dns_cache_misses_total",
            "DNS queries that waited for a lookup, started by them or already in flight.");
    public static final Metric STALE = Metric.counter(
            "countersign_dns_cache_stale_answers_total",
            "Answers returned after their TTL, because no server answered in time; each is also a hit or a miss.");
    public static final Metric FAILURES = Metric.counter(
            "countersign_dns_cache_failures_total", "DNS lookups without a usable answer, by the kind of failure.");
    public static final Metric OVERLOADS = Metric.counter(
            "countersign_dns_cache_overloads_total",
            "DNS lookups dropped, or not started, because a limit was reached.");
    public static final Metric EVICTIONS =
            Metric.counter("countersign_dns_cache_evictions_total", "Answers removed because the cache was full.");
    public static final Metric ENTRIES = Metric.gauge("countersign_dns_cache_entries", "Cached answers, estimated.");
    public static final Metric BYTES =
            Metric.gauge("countersign_dns_cache_bytes", "Memory that the cached answers take, estimated.");
    public static final Metric MAX_BYTES =
            Metric.gauge("countersign_dns_cache_max_bytes", "Memory that the cached answers may take.");
    public static final Metric IN_FLIGHT =
            Metric.gauge("countersign_dns_lookups_in_flight", "DNS lookups that have no answer yet.");
    public static final Metric WAIT = Metric.histogram(
            "countersign_dns_wait_seconds", "How long a check waited for a DNS answer that was not in the cache.");

    private static final String FAILURE_LABEL = "failure";

    private final Counter hits;
    private final Counter misses;
    private final Counter stale;
    private final Counter overloads;
    private final Counter evictions;
    private final Counter badAnswers;
    private final Histogram wait;
    private final Map<DnsAnswer.Failure, Counter> failures = new EnumMap<>(DnsAnswer.Failure.class);

    CacheMetrics(Meter meter) {
        this.hits = meter.counter(HITS);
        this.misses = meter.counter(MISSES);
        this.stale = meter.counter(STALE);
        this.overloads = meter.counter(OVERLOADS);
        this.evictions = meter.counter(EVICTIONS);
        this.wait = meter.histogram(WAIT);
        this.badAnswers = meter.counter(FAILURES, new Label(FAILURE_LABEL, "bad-answer"));
        for (DnsAnswer.Failure failure : DnsAnswer.Failure.values()) {
            if (!failure.isLocal()) {
                failures.put(failure, meter.counter(FAILURES, new Label(FAILURE_LABEL, Keyword.of(failure))));
            }
        }
    }

    Counter hits() {
        return hits;
    }

    Counter misses() {
        return misses;
    }

    Counter stale() {
        return stale;
    }

    Counter overloads() {
        return overloads;
    }

    Counter evictions() {
        return evictions;
    }

    /** How long checks waited for answers that were not in the cache. */
    Histogram waits() {
        return wait;
    }

    /** Counts a lookup without a usable answer, unless a limit of this program was the cause. */
    void failed(DnsAnswer<?> answer) {
        if (answer instanceof DnsAnswer.Unavailable<?> none) {
            failures.getOrDefault(none.failure(), Counter.NONE).increment();
        } else {
            badAnswers.increment();
        }
    }
}

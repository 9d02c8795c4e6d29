package org.countersign.dns.cache;

import org.countersign.metrics.Counter;
import org.countersign.metrics.Meter;

/**
 * What a cache counts.
 *
 * @param hits queries answered at once, with an answer or with a cached failure
 * @param misses queries that waited for a lookup, started by them or already in flight
 * @param stale answers returned after their TTL; each is also a hit or a miss
 * @param failures lookups without a usable answer
 * @param overloads lookups that were dropped, or not started, because a limit was reached
 * @param evictions answers removed because the cache was full
 */
public record CacheMetrics(
        Counter hits, Counter misses, Counter stale, Counter failures, Counter overloads, Counter evictions) {
    public static final String HITS = "countersign_dns_cache_hits_total";
    public static final String MISSES = "countersign_dns_cache_misses_total";
    public static final String STALE = "countersign_dns_cache_stale_answers_total";
    public static final String FAILURES = "countersign_dns_cache_failures_total";
    public static final String OVERLOADS = "countersign_dns_cache_overloads_total";
    public static final String EVICTIONS = "countersign_dns_cache_evictions_total";
    /** Gauge: the number of cached answers, estimated. */
    public static final String ENTRIES = "countersign_dns_cache_entries";
    /** Gauge: the memory that the cached answers take, estimated. */
    public static final String BYTES = "countersign_dns_cache_bytes";

    static CacheMetrics of(Meter meter) {
        return new CacheMetrics(
                meter.counter(HITS),
                meter.counter(MISSES),
                meter.counter(STALE),
                meter.counter(FAILURES),
                meter.counter(OVERLOADS),
                meter.counter(EVICTIONS));
    }
}

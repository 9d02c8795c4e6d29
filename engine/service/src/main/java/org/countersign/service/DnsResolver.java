package org.countersign.service;

import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.countersign.config.DnsSettings;
import org.countersign.dns.cache.CacheMetrics;
import org.countersign.dns.cache.CacheSettings;
import org.countersign.dns.cache.CachingDnsClient;
import org.countersign.dns.wire.SystemResolvers;
import org.countersign.dns.wire.WireDnsClient;
import org.countersign.dns.wire.WireMetrics;
import org.countersign.dns.wire.WireSettings;
import org.countersign.metrics.Metric;
import org.countersign.metrics.MetricRegistry;

/**
 * A stub resolver with a cache, and its metrics, which start at zero with the resolver.
 *
 * @param cache answers queries
 * @param wire answers the queries that are not in the cache
 * @param metrics those of {@link CacheMetrics} and {@link WireMetrics}
 */
public record DnsResolver(CachingDnsClient cache, WireDnsClient wire, MetricRegistry metrics) {
    // Senders of mail choose the names that are looked up, so the cache must not fill the heap.
    private static final int HEAP_DIVISOR = 4;

    // In the order of the log.
    private static final SequencedMap<String, Metric> LOG_KEYS = logKeys();

    private static SequencedMap<String, Metric> logKeys() {
        SequencedMap<String, Metric> keys = new LinkedHashMap<>();
        keys.put("hits", CacheMetrics.HITS);
        keys.put("misses", CacheMetrics.MISSES);
        keys.put("stale", CacheMetrics.STALE);
        keys.put("failures", CacheMetrics.FAILURES);
        keys.put("overloads", CacheMetrics.OVERLOADS);
        keys.put("evictions", CacheMetrics.EVICTIONS);
        keys.put("entries", CacheMetrics.ENTRIES);
        keys.put("bytes", CacheMetrics.BYTES);
        keys.put("queries", WireMetrics.QUERIES);
        keys.put("silences", WireMetrics.UNANSWERED);
        keys.put("queries-given-up", WireMetrics.DROPPED);
        keys.put("servers-resting", WireMetrics.IN_BACKOFF);
        return keys;
    }

    /**
     * A resolver with an empty cache, which takes at most a quarter of the heap. It trusts the AD bit of an answer only if
     * every server is on the loopback network.
     */
    public static DnsResolver of(DnsSettings settings, InstantSource clock) {
        List<InetSocketAddress> servers = settings.servers().isEmpty() ? SystemResolvers.servers() : settings.servers();
        // RFC 4035 §4.9.3: the AD bit needs a secure path to the resolver, which only this machine itself has.
        boolean trustAuthenticData =
                servers.stream().allMatch(server -> server.getAddress().isLoopbackAddress());
        MetricRegistry metrics = new MetricRegistry();
        WireDnsClient wire =
                new WireDnsClient(new WireSettings(servers, settings.timeout(), trustAuthenticData), clock, metrics);
        CacheSettings cache = settings.cache().within(Runtime.getRuntime().maxMemory() / HEAP_DIVISOR);
        return new DnsResolver(new CachingDnsClient(wire, cache, clock, metrics), wire, metrics);
    }

    /** The number of queries so far, answered from the cache or not. */
    public long queries() {
        return metrics.value(CacheMetrics.HITS) + metrics.value(CacheMetrics.MISSES);
    }

    /** The metrics by their keys in the log, in its order. */
    public SequencedMap<String, Long> counts() {
        SequencedMap<String, Long> counts = new LinkedHashMap<>();
        LOG_KEYS.forEach((key, metric) -> counts.put(key, metrics.total(metric)));
        return counts;
    }
}

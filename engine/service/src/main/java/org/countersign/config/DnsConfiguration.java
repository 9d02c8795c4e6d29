package org.countersign.config;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.countersign.MessageLimits;
import org.countersign.dns.cache.CacheMetrics;
import org.countersign.dns.cache.CacheSettings;
import org.countersign.dns.cache.CachingDnsClient;
import org.countersign.dns.wire.SystemResolvers;
import org.countersign.dns.wire.WireDnsClient;
import org.countersign.dns.wire.WireMetrics;
import org.countersign.dns.wire.WireSettings;
import org.countersign.metrics.MetricRegistry;

/**
 * The section {@code dns}.
 *
 * @param servers {@code servers}, in order of preference; none: those of the system
 * @param timeout {@code timeout}: how long to wait for one answer of one server
 * @param deadline {@code deadline}: how long all look-ups of one message may take
 * @param cache {@code cache}: {@code max-bytes}, {@code min-ttl}, {@code max-ttl}, {@code failure-ttl} and
 *     {@code serve-stale}
 */
public record DnsConfiguration(
        List<InetSocketAddress> servers, Duration timeout, Duration deadline, CacheSettings cache) {
    static final DnsConfiguration DEFAULT = new DnsConfiguration(
            List.of(), WireSettings.DEFAULT_TIMEOUT, MessageLimits.DEFAULT.deadline(), CacheSettings.DEFAULT);

    // The bounds are those of WireSettings and CacheSettings, so that what is accepted here can be used.
    private static final int MAX_SERVERS = 16;
    private static final ValueType<Duration> TIMEOUT = ValueType.duration(Duration.ofMillis(10), Duration.ofMinutes(1));
    private static final ValueType<Duration> DEADLINE =
            ValueType.duration(Duration.ofMillis(100), Duration.ofMinutes(5));
    private static final ValueType<Long> MAX_BYTES = ValueType.size(64L << 10, 64L << 30);
    private static final ValueType<Duration> MIN_TTL = ValueType.duration(Duration.ZERO, Duration.ofMinutes(5));
    private static final ValueType<Duration> MAX_TTL = ValueType.duration(Duration.ofSeconds(1), Duration.ofDays(7));
    private static final ValueType<Duration> FAILURE_TTL = ValueType.duration(Duration.ZERO, Duration.ofMinutes(5));
    private static final ValueType<Duration> SERVE_STALE = ValueType.duration(Duration.ZERO, Duration.ofDays(3));

    public DnsConfiguration {
        servers = List.copyOf(servers);
    }

    /**
     * A client with its metrics, which start at zero with the client.
     *
     * @param cache answers queries
     * @param wire answers the queries that are not in the cache
     * @param metrics those of {@link CacheMetrics} and {@link WireMetrics}
     */
    public record Client(CachingDnsClient cache, WireDnsClient wire, MetricRegistry metrics) {
        // In the order in which the log has them.
        private static final SequencedMap<String, String> LOG_KEYS = logKeys();

        private static SequencedMap<String, String> logKeys() {
            SequencedMap<String, String> keys = new LinkedHashMap<>();
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
            keys.put("servers-resting", WireMetrics.SERVERS_IN_BACKOFF);
            return keys;
        }

        /** The number of queries so far, answered from the cache or not. */
        public long queries() {
            return metrics.value(CacheMetrics.HITS) + metrics.value(CacheMetrics.MISSES);
        }

        /** The metrics by their keys in the log, in its order. */
        public SequencedMap<String, Long> counts() {
            SequencedMap<String, Long> counts = new LinkedHashMap<>();
            LOG_KEYS.forEach((key, metric) -> counts.put(key, metrics.value(metric)));
            return counts;
        }
    }

    /**
     * A client as this section wants it, with a cache of its own. That an answer was validated is believed where all
     * servers are on the loopback network.
     */
    public Client client(InstantSource clock) {
        List<InetSocketAddress> asked = servers.isEmpty() ? SystemResolvers.servers() : servers;
        // RFC 4035 §4.9.3: only of a resolver that nobody can stand before, which is one on this machine.
        boolean trustAuthenticData =
                asked.stream().allMatch(server -> server.getAddress().isLoopbackAddress());
        MetricRegistry metrics = new MetricRegistry();
        WireDnsClient wire = new WireDnsClient(new WireSettings(asked, timeout, trustAuthenticData), clock, metrics);
        return new Client(new CachingDnsClient(wire, cache, clock, metrics), wire, metrics);
    }

    /** The same with other servers. */
    public DnsConfiguration withServers(List<InetSocketAddress> others) {
        return new DnsConfiguration(others, timeout, deadline, cache);
    }

    static DnsConfiguration read(ConfigSection section) {
        DnsConfiguration dns = new DnsConfiguration(
                section.list("servers", ValueType.DNS_SERVER, DEFAULT.servers),
                section.value("timeout", TIMEOUT, DEFAULT.timeout),
                section.value("deadline", DEADLINE, DEFAULT.deadline),
                readCache(section.section("cache")));
        if (dns.servers.size() > MAX_SERVERS) {
            section.report(section.location("servers")
                    .problem("are " + dns.servers.size() + ", more than " + MAX_SERVERS, "keep the nearest"));
        }
        if (dns.timeout.compareTo(dns.deadline) > 0) {
            section.report(section.location("timeout")
                    .problem(
                            "is longer than deadline, which is " + Units.renderDuration(dns.deadline),
                            "lower it or raise deadline"));
        }
        return dns;
    }

    private static CacheSettings readCache(ConfigSection section) {
        Duration minTtl = section.value("min-ttl", MIN_TTL, CacheSettings.DEFAULT.minTtl());
        Duration maxTtl = section.value("max-ttl", MAX_TTL, CacheSettings.DEFAULT.maxTtl());
        if (minTtl.compareTo(maxTtl) > 0) {
            section.report(section.location("min-ttl")
                    .problem(
                            "is longer than max-ttl, which is " + Units.renderDuration(maxTtl),
                            "lower it or raise max-ttl"));
            minTtl = maxTtl;
        }
        return new CacheSettings(
                section.value("max-bytes", MAX_BYTES, CacheSettings.DEFAULT.maxBytes()),
                minTtl,
                maxTtl,
                section.value("failure-ttl", FAILURE_TTL, CacheSettings.DEFAULT.failureTtl()),
                section.value("serve-stale", SERVE_STALE, CacheSettings.DEFAULT.serveStale()));
    }
}

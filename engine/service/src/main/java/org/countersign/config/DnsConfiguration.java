package org.countersign.config;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.countersign.MessageLimits;
import org.countersign.dns.cache.CacheCounters;
import org.countersign.dns.cache.CacheSettings;
import org.countersign.dns.cache.CachingDnsClient;
import org.countersign.dns.wire.SystemResolvers;
import org.countersign.dns.wire.WireCounters;
import org.countersign.dns.wire.WireDnsClient;
import org.countersign.dns.wire.WireSettings;

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
     * A client, and what can be read of it.
     *
     * @param cache who is asked
     * @param wire whom the cache asks
     */
    public record Client(CachingDnsClient cache, WireDnsClient wire) {
        /** How many questions were asked so far, from the cache or not. */
        public long questions() {
            CacheCounters counters = cache.counters();
            return counters.hits() + counters.misses();
        }

        /** What happened so far, by the keys of the log, in its order. */
        public SequencedMap<String, Long> counts() {
            CacheCounters cached = cache.counters();
            WireCounters sent = wire.counters();
            SequencedMap<String, Long> counts = new LinkedHashMap<>();
            counts.put("hits", cached.hits());
            counts.put("misses", cached.misses());
            counts.put("stale", cached.stale());
            counts.put("failures", cached.failures());
            counts.put("overloads", cached.overloads());
            counts.put("evictions", cached.evictions());
            counts.put("entries", cached.entries());
            counts.put("bytes", cached.bytes());
            counts.put("queries", sent.queries());
            counts.put("silences", sent.silences());
            counts.put("queries-given-up", sent.overloads());
            counts.put("servers-resting", (long) sent.restingServers());
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
        WireDnsClient wire = new WireDnsClient(new WireSettings(asked, timeout, trustAuthenticData), clock);
        return new Client(new CachingDnsClient(wire, cache, clock), wire);
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

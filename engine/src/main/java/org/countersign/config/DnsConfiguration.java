package org.countersign.config;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * The section {@code dns}.
 *
 * @param servers {@code servers}, in order of preference; none: those of the system
 * @param timeout {@code timeout}: how long to wait for one answer of one server
 * @param deadline {@code deadline}: how long all look-ups of one message may take
 */
public record DnsConfiguration(List<InetSocketAddress> servers, Duration timeout, Duration deadline, Cache cache) {
    static final DnsConfiguration DEFAULT =
            new DnsConfiguration(List.of(), Duration.ofSeconds(5), Duration.ofSeconds(20), Cache.DEFAULT);

    private static final ValueType<Duration> TIMEOUT = ValueType.duration(Duration.ofMillis(10), Duration.ofMinutes(1));
    private static final ValueType<Duration> DEADLINE =
            ValueType.duration(Duration.ofMillis(100), Duration.ofMinutes(5));

    /**
     * The section {@code dns.cache}.
     *
     * @param maxBytes {@code max-bytes}
     * @param minTtl {@code min-ttl}: a shorter time to live is raised to this
     * @param maxTtl {@code max-ttl}: a longer time to live is lowered to this
     * @param failureTtl {@code failure-ttl}: how long a failure is remembered; zero: not at all
     * @param serveStale {@code serve-stale}: how long past its time an answer is used while no server answers
     *     (RFC 8767 §5); zero: never
     */
    public record Cache(long maxBytes, Duration minTtl, Duration maxTtl, Duration failureTtl, Duration serveStale) {
        static final Cache DEFAULT =
                new Cache(32L << 20, Duration.ZERO, Duration.ofDays(1), Duration.ofSeconds(5), Duration.ofHours(1));

        private static final ValueType<Long> MAX_BYTES = ValueType.size(64L << 10, 64L << 30);
        private static final ValueType<Duration> MIN_TTL = ValueType.duration(Duration.ZERO, Duration.ofHours(1));
        private static final ValueType<Duration> MAX_TTL =
                ValueType.duration(Duration.ofSeconds(1), Duration.ofDays(7));
        private static final ValueType<Duration> FAILURE_TTL =
                // RFC 2308 §7.1: a failure is not to be kept longer than five minutes.
                ValueType.duration(Duration.ZERO, Duration.ofMinutes(5));
        private static final ValueType<Duration> SERVE_STALE = ValueType.duration(Duration.ZERO, Duration.ofDays(7));

        static Cache read(ConfigSection section) {
            Cache cache = new Cache(
                    section.value("max-bytes", MAX_BYTES, DEFAULT.maxBytes),
                    section.value("min-ttl", MIN_TTL, DEFAULT.minTtl),
                    section.value("max-ttl", MAX_TTL, DEFAULT.maxTtl),
                    section.value("failure-ttl", FAILURE_TTL, DEFAULT.failureTtl),
                    section.value("serve-stale", SERVE_STALE, DEFAULT.serveStale));
            if (cache.minTtl.compareTo(cache.maxTtl) > 0) {
                section.report(section.location("min-ttl")
                        .problem(
                                "is longer than max-ttl, which is " + Quantities.renderDuration(cache.maxTtl),
                                "lower it or raise max-ttl"));
            }
            return cache;
        }
    }

    public DnsConfiguration {
        servers = List.copyOf(servers);
    }

    static DnsConfiguration read(ConfigSection section) {
        DnsConfiguration dns = new DnsConfiguration(
                section.list("servers", ValueType.DNS_SERVER, DEFAULT.servers),
                section.value("timeout", TIMEOUT, DEFAULT.timeout),
                section.value("deadline", DEADLINE, DEFAULT.deadline),
                Cache.read(section.section("cache")));
        if (dns.timeout.compareTo(dns.deadline) > 0) {
            section.report(section.location("timeout")
                    .problem(
                            "is longer than deadline, which is " + Quantities.renderDuration(dns.deadline),
                            "lower it or raise deadline"));
        }
        return dns;
    }
}

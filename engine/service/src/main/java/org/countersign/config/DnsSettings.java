package org.countersign.config;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.countersign.MessageLimits;
import org.countersign.dns.cache.CacheSettings;
import org.countersign.dns.wire.WireSettings;

/**
 * The section {@code dns}: how the DNS is queried.
 *
 * @param servers in order of preference; empty for the resolvers of the system
 * @param timeout how long to wait for one answer of one server
 * @param deadline how long each stage of a message waits for answers
 * @param cache the size of the cache and how long it keeps answers
 */
public record DnsSettings(List<InetSocketAddress> servers, Duration timeout, Duration deadline, CacheSettings cache) {
    /** The resolvers of the system, with the default limits of the engine. */
    public static final DnsSettings DEFAULT = new DnsSettings(
            List.of(), WireSettings.DEFAULT_TIMEOUT, MessageLimits.DEFAULT.deadline(), CacheSettings.DEFAULT);

    public DnsSettings {
        servers = List.copyOf(servers);
    }

    /** These settings with other servers. */
    public DnsSettings withServers(List<InetSocketAddress> others) {
        return new DnsSettings(others, timeout, deadline, cache);
    }

    /** These settings with a deadline that is not longer than this one. */
    DnsSettings withDeadlineAtMost(Duration max) {
        return deadline.compareTo(max) <= 0 ? this : new DnsSettings(servers, timeout, max, cache);
    }
}

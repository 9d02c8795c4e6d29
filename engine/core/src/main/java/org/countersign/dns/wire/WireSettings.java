package org.countersign.dns.wire;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * The resolvers of a {@link WireDnsClient} and their timeout.
 *
 * @param servers recursive resolvers in the order of preference, at least one
 * @param timeout how long one server may take for one query, more than zero and at most a minute
 * @param trustAuthenticData whether to believe the AD bit of an answer. That requires a resolver that validates, and a
 *     secure path to it, as on the same host (RFC 6840 §5.8)
 */
public record WireSettings(List<InetSocketAddress> servers, Duration timeout, boolean trustAuthenticData) {
    /** The timeout of one server for one query, unless configured. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

    /** The longest timeout. */
    public static final Duration MAX_TIMEOUT = Duration.ofMinutes(1);

    /** The maximum number of servers. */
    public static final int MAX_SERVERS = 16;

    /**
     * @throws IllegalArgumentException if there is no server, there are more than 16, one is not an address with
     *     a port, or the timeout is out of range
     */
    public WireSettings {
        servers = List.copyOf(servers);
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("at least one DNS server is needed");
        }
        if (servers.size() > MAX_SERVERS) {
            throw new IllegalArgumentException(
                    "at most " + MAX_SERVERS + " DNS servers make sense, not " + servers.size());
        }
        for (InetSocketAddress server : servers) {
            if (server.isUnresolved()) {
                throw new IllegalArgumentException(
                        "a DNS server is given by its IP address, not by name: " + server.getHostString());
            }
            if (server.getPort() == 0) {
                throw new IllegalArgumentException("a DNS server needs a port: " + server.getHostString());
            }
        }
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException("the DNS timeout must be above zero and at most a minute: " + timeout);
        }
    }

    /** These servers with the default timeout, without trust in their AD bit. */
    public static WireSettings of(InetSocketAddress... servers) {
        return new WireSettings(List.of(servers), DEFAULT_TIMEOUT, false);
    }
}

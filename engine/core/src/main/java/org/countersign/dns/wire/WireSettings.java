package org.countersign.dns.wire;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * Whom to ask and how long to wait.
 *
 * @param servers recursive resolvers in the order of preference, at least one
 * @param timeout how long one server may take for one query, more than zero and at most a minute
 * @param trustAuthenticData whether the AD bit of an answer means something, which it does only where
 *     the resolver validates and the way to it is safe, as on the same host (RFC 6840 §5.8)
 */
public record WireSettings(List<InetSocketAddress> servers, Duration timeout, boolean trustAuthenticData) {
    /** How long a server is given where nobody says otherwise. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

    private static final Duration MAX_TIMEOUT = Duration.ofMinutes(1);
    private static final int MAX_SERVERS = 16;

    /**
     * @throws IllegalArgumentException if there is no server or an absurd number of them, one is not an
     *     address and a port, or the timeout is out of range
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

    /** These servers with the default timeout, their AD bit not trusted. */
    public static WireSettings of(InetSocketAddress... servers) {
        return new WireSettings(List.of(servers), DEFAULT_TIMEOUT, false);
    }
}

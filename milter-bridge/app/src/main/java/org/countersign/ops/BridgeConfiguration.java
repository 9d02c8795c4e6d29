package org.countersign.ops;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.countersign.config.ConfigSection;
import org.countersign.config.ValueType;
import org.countersign.milter.server.ConnectionTimeouts;
import org.countersign.milter.server.ServerSettings;
import org.countersign.milter.wire.ListenAddress;

/**
 * The settings of the milter service in a policy file.
 *
 * @param listen {@code listen}: the addresses to listen on, at least one
 * @param maxConnections {@code connections.max}: maximum number of connections at a time
 * @param timeouts the other keys of {@code connections}: how long to wait for a mail server
 */
public record BridgeConfiguration(List<ListenAddress> listen, int maxConnections, ConnectionTimeouts timeouts) {
    static final BridgeConfiguration DEFAULT = new BridgeConfiguration(
            List.of(new ListenAddress.Inet("127.0.0.1", 8891, false)),
            ServerSettings.DEFAULT_CONNECTIONS,
            ConnectionTimeouts.DEFAULT);

    private static final ValueType<ListenAddress> ADDRESS = ValueType.of(
            "an address such as inet:127.0.0.1:8891 or unix:/run/countersign/milter.sock", ListenAddress::parse);
    private static final ValueType<Integer> MAX_CONNECTIONS = ValueType.integer(1, 100_000);
    // Some milter libraries wait for two hours, so a day is enough for all mail servers.
    private static final ValueType<Duration> TIMEOUT = ValueType.duration(Duration.ofSeconds(1), Duration.ofDays(1));

    public BridgeConfiguration {
        listen = List.copyOf(listen);
    }

    /** The settings of another configuration that a server with this one applies only after a restart. */
    List<String> waitingForRestart(BridgeConfiguration other) {
        List<String> keys = new ArrayList<>();
        if (!listen.equals(other.listen)) {
            keys.add("listen");
        }
        if (maxConnections != other.maxConnections || !timeouts.equals(other.timeouts)) {
            keys.add("connections");
        }
        return keys;
    }

    public static BridgeConfiguration read(ConfigSection root) {
        List<ListenAddress> listen = root.nonEmptyList("listen", ADDRESS, DEFAULT.listen);
        ListenerWarnings.warn(root, listen);
        ConfigSection connections = root.section("connections");
        ConnectionTimeouts usual = DEFAULT.timeouts;
        return new BridgeConfiguration(
                listen,
                connections.value("max", MAX_CONNECTIONS, DEFAULT.maxConnections),
                new ConnectionTimeouts(
                        connections.value("negotiation-timeout", TIMEOUT, usual.negotiation()),
                        connections.value("message-timeout", TIMEOUT, usual.message()),
                        connections.value("content-timeout", TIMEOUT, usual.content()),
                        connections.value("idle-timeout", TIMEOUT, usual.idle())));
    }
}

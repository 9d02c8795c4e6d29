package org.countersign.ops;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.countersign.config.Configuration;
import org.countersign.config.FrontEnd;
import org.countersign.config.Section;
import org.countersign.config.SettingReader;
import org.countersign.config.ValueType;
import org.countersign.milter.server.ConnectionTimeouts;
import org.countersign.milter.server.ServerSettings;
import org.countersign.milter.server.SocketPermissions;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.ops.log.LogSettings;
import org.countersign.reports.ReportsSettings;
import org.countersign.store.StoreSettings;
import org.countersign.trace.TraceSettings;

/**
 * The settings of the milter service in a policy file.
 *
 * @param listen {@code listen}: the addresses to listen on, at least one
 * @param listenIsDefault whether the file lacks {@code listen}
 * @param drainTimeout {@code drain-timeout}: how long connections and messages get to finish at the end of the program
 * @param sockets {@code sockets}: who may connect to UNIX-domain sockets
 * @param maxConnections {@code connections.max}: maximum number of connections at a time
 * @param maxConnectionsPerClient {@code connections.max-per-client}: maximum number of connections of one IP address
 * @param timeouts the other keys of {@code connections}: how long to wait for a mail server
 */
public record BridgeConfiguration(
        List<ListenAddress> listen,
        boolean listenIsDefault,
        Duration drainTimeout,
        SocketPermissions sockets,
        int maxConnections,
        Optional<Integer> maxConnectionsPerClient,
        ConnectionTimeouts timeouts) {
    static final BridgeConfiguration DEFAULT = new BridgeConfiguration(
            List.of(new ListenAddress.Inet("127.0.0.1", 8891, false)),
            true,
            ServerSettings.DEFAULT_GRACE,
            SocketPermissions.DEFAULT,
            ServerSettings.DEFAULT_CONNECTIONS,
            Optional.empty(),
            ConnectionTimeouts.DEFAULT);

    private static final ValueType<ListenAddress> ADDRESS = ValueType.of(
            "an address such as inet:127.0.0.1:8891 or unix:/run/countersign/milter.sock",
            ListenAddress::parse,
            "address");
    private static final Duration MAX_DRAIN_TIMEOUT = Duration.ofMinutes(10);
    private static final int MAX_CONNECTIONS = 100_000;
    private static final Duration MIN_TIMEOUT = Duration.ofSeconds(1);
    // Some milter libraries wait for two hours, so a day is enough for all mail servers.
    private static final Duration MAX_TIMEOUT = Duration.ofDays(1);

    private static final Section<BridgeConfiguration> SETTINGS = Section.atTopLevel(DEFAULT, BridgeConfiguration::read);

    /** Adds the settings of the milter service to the policy file. */
    public static final FrontEnd FRONT_END = FrontEnd.of(
            SETTINGS,
            HttpSettings.SECTION,
            LogSettings.SECTION,
            OverloadSection.SECTION,
            ReportsSettings.SECTION,
            StoreSettings.SECTION,
            TraceSettings.SECTION);

    public BridgeConfiguration {
        listen = List.copyOf(listen);
    }

    /** The settings of another configuration that a server with this one applies only after a restart. */
    List<String> waitingForRestart(BridgeConfiguration other) {
        List<String> keys = new ArrayList<>();
        if (!listen.equals(other.listen)) {
            keys.add("listen");
        }
        if (!drainTimeout.equals(other.drainTimeout)) {
            keys.add("drain-timeout");
        }
        if (!sockets.equals(other.sockets)) {
            keys.add("sockets");
        }
        if (maxConnections != other.maxConnections
                || !maxConnectionsPerClient.equals(other.maxConnectionsPerClient)
                || !timeouts.equals(other.timeouts)) {
            keys.add("connections");
        }
        return keys;
    }

    /** The settings of the milter service in a file that was read with {@link #FRONT_END}. */
    static BridgeConfiguration of(Configuration configuration) {
        return configuration.extension(SETTINGS);
    }

    private static BridgeConfiguration read(SettingReader<BridgeConfiguration> keys) {
        List<ListenAddress> listen = keys.setting(
                        "listen",
                        "The addresses to listen on: `inet:host:port`, `inet:port@host` or `unix:/path`. A socket that a"
                                + " service manager passes is used for the address that it is bound to. Without `listen`,"
                                + " the sockets that it passes are the only ones.")
                .nonEmptyList(ADDRESS, BridgeConfiguration::listen);
        ListenerWarnings.warn(keys.section(), listen);
        Duration drainTimeout = keys.setting(
                        "drain-timeout",
                        "How long connections and messages get to finish after SIGTERM. It ends earlier if no message is in"
                                + " flight and all connections are silent. New connections wait meanwhile if a service"
                                + " manager holds the sockets: Postfix waits for 30 seconds, Sendmail for 10 by default.")
                .duration(BridgeConfiguration::drainTimeout, Duration.ZERO, MAX_DRAIN_TIMEOUT);
        SettingReader<BridgeConfiguration> connections = keys.in("connections");
        return new BridgeConfiguration(
                listen,
                !keys.section().has("listen"),
                drainTimeout,
                keys.section(SocketSettings.SECTION),
                connections
                        .setting(
                                "max",
                                "The maximum number of connections at a time. For a new one, the connection that has had no"
                                        + " decision for the longest time is closed.")
                        .count(BridgeConfiguration::maxConnections, 1, MAX_CONNECTIONS),
                connections
                        .setting(
                                "max-per-client",
                                "The maximum number of connections of one IP address. For a new one, the connection of this"
                                        + " address that has had no decision for the longest time is closed: at once"
                                        + " without a message, else after 3 seconds. If none can be closed, the new one is"
                                        + " closed at once, and the mail server does what its `milter_default_action` says.")
                        .optional(ValueType.integer(1, MAX_CONNECTIONS), "as many as `connections.max`"),
                new ConnectionTimeouts(
                        timeout(
                                connections.setting(
                                        "negotiation-timeout",
                                        "The time from the connection to the end of the negotiation."),
                                ConnectionTimeouts::negotiation),
                        timeout(
                                connections.setting(
                                        "message-timeout", "The wait for the next command within a message."),
                                ConnectionTimeouts::message),
                        timeout(
                                connections.setting(
                                        "content-timeout",
                                        "The wait for the header of a message, while the mail server receives the message."),
                                ConnectionTimeouts::content),
                        timeout(
                                connections.setting("idle-timeout", "The wait for the next command between messages."),
                                ConnectionTimeouts::idle)));
    }

    private static Duration timeout(
            SettingReader<BridgeConfiguration>.Declaration setting, Function<ConnectionTimeouts, Duration> accessor) {
        return setting.duration(settings -> accessor.apply(settings.timeouts), MIN_TIMEOUT, MAX_TIMEOUT);
    }
}

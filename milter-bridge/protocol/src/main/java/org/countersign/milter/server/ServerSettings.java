package org.countersign.milter.server;

import java.time.Duration;
import java.util.List;
import org.countersign.milter.session.SessionSettings;
import org.countersign.milter.wire.ListenAddress;

/**
 * The settings of a server.
 *
 * @param addresses the addresses to listen on, at least one
 * @param socketPermissions who may connect to the UNIX-domain sockets that the server opens
 * @param maxConnections the number of simultaneous connections; a further one replaces the one that has been without a
 *     decision for longest
 * @param maxConnectionsPerClient the number of simultaneous connections of one IP address. A further one replaces the
 *     one of this address that has been without a decision for longest. If none of them can be closed, it is closed at
 *     once
 * @param timeouts the timeouts of connections
 * @param grace the time that connections get to finish when the server is closed; less if all of them are silent
 * @param sessions the limits of one connection
 */
public record ServerSettings(
        List<ListenAddress> addresses,
        SocketPermissions socketPermissions,
        int maxConnections,
        int maxConnectionsPerClient,
        ConnectionTimeouts timeouts,
        Duration grace,
        SessionSettings sessions) {
    /** The default number of simultaneous connections. */
    public static final int DEFAULT_CONNECTIONS = 1000;

    /**
     * The default time for connections to finish. New connections wait meanwhile for the next process, and Postfix waits
     * for 30 seconds.
     */
    public static final Duration DEFAULT_GRACE = Duration.ofSeconds(25);

    /**
     * @throws IllegalArgumentException without an address, without a connection, or for a negative grace time
     */
    public ServerSettings {
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty() || maxConnections < 1 || maxConnectionsPerClient < 1 || grace.isNegative()) {
            throw new IllegalArgumentException("a server needs an address and at least one connection");
        }
    }

    /**
     * The default settings: sockets for owner and group, 1,000 connections, no bound for one client, default timeouts, and
     * 25 seconds to finish messages.
     */
    public static ServerSettings listeningOn(List<ListenAddress> addresses) {
        return new ServerSettings(
                addresses,
                SocketPermissions.DEFAULT,
                DEFAULT_CONNECTIONS,
                Integer.MAX_VALUE,
                ConnectionTimeouts.DEFAULT,
                DEFAULT_GRACE,
                SessionSettings.standard());
    }

    public ServerSettings withSocketPermissions(SocketPermissions permissions) {
        return new ServerSettings(
                addresses, permissions, maxConnections, maxConnectionsPerClient, timeouts, grace, sessions);
    }

    public ServerSettings withMaxConnections(int max) {
        return new ServerSettings(
                addresses, socketPermissions, max, maxConnectionsPerClient, timeouts, grace, sessions);
    }

    public ServerSettings withMaxConnectionsPerClient(int max) {
        return new ServerSettings(addresses, socketPermissions, maxConnections, max, timeouts, grace, sessions);
    }

    public ServerSettings withTimeouts(ConnectionTimeouts others) {
        return new ServerSettings(
                addresses, socketPermissions, maxConnections, maxConnectionsPerClient, others, grace, sessions);
    }

    public ServerSettings withGrace(Duration time) {
        return new ServerSettings(
                addresses, socketPermissions, maxConnections, maxConnectionsPerClient, timeouts, time, sessions);
    }

    public ServerSettings withSessions(SessionSettings settings) {
        return new ServerSettings(
                addresses, socketPermissions, maxConnections, maxConnectionsPerClient, timeouts, grace, settings);
    }
}

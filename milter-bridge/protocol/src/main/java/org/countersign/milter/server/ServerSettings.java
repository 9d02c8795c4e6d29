package org.countersign.milter.server;

import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.countersign.milter.session.SessionSettings;
import org.countersign.milter.wire.ListenAddress;

/**
 * How to listen.
 *
 * @param addresses at least one
 * @param socketPermissions of UNIX-domain sockets; whoever may write can connect
 * @param mostConnections served at a time; for another one the one is closed that has been without a message longest
 * @param timeouts after which a connection is closed that waits for its mail server
 * @param grace for messages under way when the server is closed
 */
public record ServerSettings(
        List<ListenAddress> addresses,
        Set<PosixFilePermission> socketPermissions,
        int mostConnections,
        ConnectionTimeouts timeouts,
        Duration grace,
        SessionSettings sessions) {
    /** How many connections are served at a time, unless it is said. */
    public static final int DEFAULT_CONNECTIONS = 1000;

    /**
     * @throws IllegalArgumentException without an address, or for a number or time that is not positive
     */
    public ServerSettings {
        addresses = List.copyOf(addresses);
        socketPermissions = Set.copyOf(socketPermissions);
        if (addresses.isEmpty() || mostConnections < 1 || grace.isNegative()) {
            throw new IllegalArgumentException("a server needs an address and room for a connection");
        }
    }

    /**
     * The settings for common use: sockets for owner and group, 1,000 connections, the usual timeouts, half a minute
     * of grace.
     */
    public static ServerSettings listeningOn(List<ListenAddress> addresses) {
        return new ServerSettings(
                addresses,
                PosixFilePermissions.fromString("rw-rw----"),
                DEFAULT_CONNECTIONS,
                ConnectionTimeouts.DEFAULT,
                Duration.ofSeconds(30),
                SessionSettings.standard());
    }

    public ServerSettings withSocketPermissions(Set<PosixFilePermission> permissions) {
        return new ServerSettings(addresses, permissions, mostConnections, timeouts, grace, sessions);
    }

    public ServerSettings withMostConnections(int most) {
        return new ServerSettings(addresses, socketPermissions, most, timeouts, grace, sessions);
    }

    public ServerSettings withTimeouts(ConnectionTimeouts others) {
        return new ServerSettings(addresses, socketPermissions, mostConnections, others, grace, sessions);
    }

    public ServerSettings withGrace(Duration time) {
        return new ServerSettings(addresses, socketPermissions, mostConnections, timeouts, time, sessions);
    }

    public ServerSettings withSessions(SessionSettings settings) {
        return new ServerSettings(addresses, socketPermissions, mostConnections, timeouts, grace, settings);
    }
}

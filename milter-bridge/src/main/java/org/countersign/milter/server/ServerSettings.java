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
 * @param mostConnections served at a time; others wait in the queue of the operating system
 * @param idleTimeout after which a connection is closed that waits for its mail server
 * @param grace for messages under way when the server is closed
 */
public record ServerSettings(
        List<ListenAddress> addresses,
        Set<PosixFilePermission> socketPermissions,
        int mostConnections,
        Duration idleTimeout,
        Duration grace,
        SessionSettings sessions) {
    /**
     * @throws IllegalArgumentException without an address, or for a number or time that is not positive
     */
    public ServerSettings {
        addresses = List.copyOf(addresses);
        socketPermissions = Set.copyOf(socketPermissions);
        if (addresses.isEmpty() || mostConnections < 1 || !idleTimeout.isPositive() || grace.isNegative()) {
            throw new IllegalArgumentException("a server needs an address, room for a connection, and time");
        }
    }

    /**
     * The settings for common use: sockets for owner and group, 1,000 connections, a little more than the two
     * hours that Sendmail's own filter library waits for a command, half a minute of grace.
     */
    public static ServerSettings listeningOn(List<ListenAddress> addresses) {
        return new ServerSettings(
                addresses,
                PosixFilePermissions.fromString("rw-rw----"),
                1000,
                Duration.ofMinutes(125),
                Duration.ofSeconds(30),
                SessionSettings.standard());
    }

    public ServerSettings withSocketPermissions(Set<PosixFilePermission> permissions) {
        return new ServerSettings(addresses, permissions, mostConnections, idleTimeout, grace, sessions);
    }

    public ServerSettings withMostConnections(int most) {
        return new ServerSettings(addresses, socketPermissions, most, idleTimeout, grace, sessions);
    }

    public ServerSettings withIdleTimeout(Duration timeout) {
        return new ServerSettings(addresses, socketPermissions, mostConnections, timeout, grace, sessions);
    }

    public ServerSettings withGrace(Duration time) {
        return new ServerSettings(addresses, socketPermissions, mostConnections, idleTimeout, time, sessions);
    }

    public ServerSettings withSessions(SessionSettings settings) {
        return new ServerSettings(addresses, socketPermissions, mostConnections, idleTimeout, grace, settings);
    }
}

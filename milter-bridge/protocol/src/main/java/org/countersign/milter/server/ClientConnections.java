package org.countersign.milter.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The number of connections of each client, by its IP address. Connections of UNIX-domain sockets have no client, and are
 * not counted. Thread-safe.
 */
final class ClientConnections {
    private final int max;
    private final ConcurrentMap<InetAddress, Integer> counts = new ConcurrentHashMap<>();

    /**
     * @param max the number of connections of one client, at least one
     */
    ClientConnections(int max) {
        this.max = max;
    }

    /** The client of a connection; empty for a UNIX-domain socket, and for a connection that is closed already. */
    static Optional<InetAddress> client(SocketChannel channel) {
        try {
            return channel.getRemoteAddress() instanceof InetSocketAddress peer
                    ? Optional.of(peer.getAddress())
                    : Optional.empty();
        } catch (IOException closed) {
            return Optional.empty();
        }
    }

    /** Adds a connection of a client; false if it has as many as it may have. */
    boolean add(InetAddress client) {
        int count = counts.merge(client, 1, Integer::sum);
        if (count > max) {
            remove(client);
            return false;
        }
        return true;
    }

    /** Adds a connection instead of another one of this client that is being closed. */
    void replace(InetAddress client) {
        counts.merge(client, 1, Integer::sum);
    }

    /** Removes a connection. */
    void remove(InetAddress client) {
        boolean removed = false;
        while (!removed) {
            Integer count = counts.get(client);
            if (count == null) {
                return;
            }
            removed = count == 1 ? counts.remove(client, count) : counts.replace(client, count, count - 1);
        }
    }
}

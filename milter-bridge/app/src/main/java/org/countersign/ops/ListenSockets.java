package org.countersign.ops;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.countersign.milter.wire.ListenAddress;

/**
 * Where the service listens.
 *
 * @param addresses the addresses to listen on, at least one
 * @param passed sockets of a service manager, which may be bound to some of the addresses, or to others
 */
record ListenSockets(List<ListenAddress> addresses, List<ServerSocketChannel> passed) {
    ListenSockets {
        addresses = List.copyOf(addresses);
        passed = List.copyOf(passed);
    }

    /** Without {@code listen} in the file, the service manager alone decides, if it has passed sockets. */
    static ListenSockets of(BridgeConfiguration settings, List<ServerSocketChannel> passed) {
        return new ListenSockets(
                settings.listenIsDefault() && !passed.isEmpty() ? addressesOf(passed) : settings.listen(), passed);
    }

    private static List<ListenAddress> addressesOf(List<ServerSocketChannel> sockets) {
        List<ListenAddress> addresses = new ArrayList<>();
        for (ServerSocketChannel socket : sockets) {
            try {
                addresses.add(ListenAddress.of(socket.getLocalAddress()));
            } catch (IOException closed) {
                throw new IllegalStateException("a passed socket is closed", closed);
            }
        }
        return addresses;
    }

    /**
     * Says in one word where the socket of an address comes from.
     *
     * @param served the addresses that are served with a passed socket
     */
    String describe(ListenAddress address, List<ListenAddress> served) {
        if (!served.contains(address)) {
            return "own";
        }
        return addresses.contains(address) ? "passed" : "passed-not-in-listen";
    }
}

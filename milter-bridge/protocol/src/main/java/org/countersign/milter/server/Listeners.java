package org.countersign.milter.server;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.milter.wire.ListenAddress;

/** Opens the listening sockets of a server, as far as the process that started it has not passed them open. */
final class Listeners {
    private static final System.Logger LOG = System.getLogger(Listeners.class.getName());

    private Listeners() {}

    /**
     * Uses the sockets that are open already, and opens one for each address that none of them is bound to.
     *
     * @return first those of the addresses in the settings, in their order, then those of other passed sockets
     * @throws BindFailure if the server cannot listen on an address; then no socket stays open
     */
    static List<Listener> open(ServerSettings settings, List<ServerSocketChannel> passed) throws BindFailure {
        List<ServerSocketChannel> unused = new ArrayList<>(passed);
        List<Listener> listeners = new ArrayList<>();
        try {
            for (ListenAddress address : settings.addresses()) {
                Optional<ServerSocketChannel> open = find(address, unused);
                open.ifPresent(unused::remove);
                listeners.add(
                        open.isPresent()
                                ? Listener.passed(address, open.get())
                                : Listener.bind(address, settings.socketPermissions()));
            }
            while (!unused.isEmpty()) {
                ServerSocketChannel other = unused.getFirst();
                listeners.add(Listener.passed(addressOf(other), other));
                unused.removeFirst();
            }
        } catch (BindFailure | RuntimeException e) {
            listeners.forEach(Listener::close);
            for (ServerSocketChannel other : unused) {
                closeQuietly(other);
            }
            throw e;
        }
        return List.copyOf(listeners);
    }

    private static Optional<ServerSocketChannel> find(ListenAddress address, List<ServerSocketChannel> open) {
        for (ServerSocketChannel channel : open) {
            try {
                if (address.matches(channel.getLocalAddress())) {
                    return Optional.of(channel);
                }
            } catch (IOException unknown) {
                // Binding to this address fails too, with a better message.
                LOG.log(System.Logger.Level.DEBUG, "cannot compare " + address + " with an open socket", unknown);
            }
        }
        return Optional.empty();
    }

    private static ListenAddress addressOf(ServerSocketChannel channel) {
        try {
            return ListenAddress.of(channel.getLocalAddress());
        } catch (IOException closed) {
            throw new IllegalArgumentException("a passed socket is closed", closed);
        }
    }

    private static void closeQuietly(ServerSocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot close a passed socket", e);
        }
    }
}

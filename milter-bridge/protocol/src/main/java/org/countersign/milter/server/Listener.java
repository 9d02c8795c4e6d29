package org.countersign.milter.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import org.countersign.milter.wire.ListenAddress;

/** One listening socket. */
final class Listener implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Listener.class.getName());
    // Enough for ten seconds without a process at 100 connections a second. The kernel has a limit too (somaxconn).
    private static final int BACKLOG = 1024;

    private final ListenAddress address;
    private final ServerSocketChannel channel;
    private final Optional<UnixSocketFile> file;
    private final boolean passed;

    private Listener(
            ListenAddress address, ServerSocketChannel channel, Optional<UnixSocketFile> file, boolean passed) {
        this.address = address;
        this.channel = channel;
        this.file = file;
        this.passed = passed;
    }

    /**
     * Opens a listening socket.
     *
     * @throws BindFailure if the server cannot listen on the address
     */
    static Listener bind(ListenAddress address, SocketPermissions permissions) throws BindFailure {
        try {
            return switch (address) {
                case ListenAddress.Inet inet -> bindInet(inet);
                case ListenAddress.Unix unix -> bindUnix(unix, permissions);
            };
        } catch (IOException problem) {
            throw new BindFailure(address, problem);
        }
    }

    /** Serves a socket that is open. Its file belongs to the process that has made it, and is never removed. */
    static Listener passed(ListenAddress address, ServerSocketChannel channel) {
        return new Listener(address, channel, Optional.empty(), true);
    }

    private static Listener bindInet(ListenAddress.Inet inet) throws IOException {
        ServerSocketChannel channel = bound(ServerSocketChannel.open(), inet.resolve());
        int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
        return new Listener(
                new ListenAddress.Inet(inet.host(), port, inet.version6()), channel, Optional.empty(), false);
    }

    private static Listener bindUnix(ListenAddress.Unix unix, SocketPermissions permissions) throws IOException {
        UnixSocketFile.removeStale(unix.path());
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            UnixSocketFile file = UnixSocketFile.bind(channel, unix.path(), permissions, BACKLOG);
            return new Listener(unix, channel, Optional.of(file), false);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static ServerSocketChannel bound(ServerSocketChannel channel, SocketAddress address) throws IOException {
        try {
            return channel.bind(address, BACKLOG);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** The address, with the actual port. */
    ListenAddress address() {
        return address;
    }

    /** Whether the socket was open before the server started. */
    boolean isPassed() {
        return passed;
    }

    /**
     * Waits for a connection.
     *
     * @throws java.nio.channels.ClosedChannelException once the listener is closed
     * @throws IOException for a failure that may be temporary, such as too many open files
     */
    SocketChannel accept() throws IOException {
        SocketChannel accepted = channel.accept();
        if (address instanceof ListenAddress.Inet) {
            try {
                // The mail server waits for short replies, so delaying them gains nothing.
                accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
            } catch (IOException e) {
                accepted.close();
                throw e;
            }
        }
        return accepted;
    }

    @Override
    public void close() {
        try {
            channel.close();
            if (file.isPresent()) {
                file.get().remove();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot close " + address, e);
        }
    }
}

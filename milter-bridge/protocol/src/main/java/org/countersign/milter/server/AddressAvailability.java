package org.countersign.milter.server;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.countersign.milter.wire.ListenAddress;

/** Whether a server could listen on an address. */
public sealed interface AddressAvailability {
    /** How long to wait for a connection to a port that is in use, in milliseconds. */
    int TIMEOUT_MILLIS = 1_000;

    /** A server could listen on it, as far as this user can find out. */
    record Free() implements AddressAvailability {}

    /**
     * A process listens on it.
     *
     * @param processId of the process; empty where this user cannot see it
     * @param program the name of its program; empty likewise
     * @param problem what a server that starts would report
     */
    record InUse(Optional<Long> processId, String program, String problem) implements AddressAvailability {}

    /**
     * No server of this user could listen on it.
     *
     * @param problem what a server that starts would report
     */
    record Unusable(String problem) implements AddressAvailability {}

    /**
     * Finds out whether a server could listen on an address. A TCP port is bound for a moment, and no connection is
     * accepted. A UNIX-domain socket is neither made nor removed.
     */
    static AddressAvailability of(ListenAddress address) {
        return switch (address) {
            case ListenAddress.Inet inet -> ofPort(inet);
            case ListenAddress.Unix unix -> ofSocket(unix);
        };
    }

    private static AddressAvailability ofPort(ListenAddress.Inet inet) {
        try (ServerSocketChannel channel = ServerSocketChannel.open()) {
            channel.bind(inet.resolve(), 1);
            return new Free();
        } catch (BindException taken) {
            Optional<ListeningProcess> process = ListeningProcess.onPort(inet.port());
            return process.isPresent() || answers(inet)
                    ? inUse(process, new BindFailure(inet, taken))
                    : new Unusable(String.valueOf(new BindFailure(inet, taken).getMessage()));
        } catch (IOException impossible) {
            return new Unusable(String.valueOf(new BindFailure(inet, impossible).getMessage()));
        }
    }

    private static AddressAvailability inUse(Optional<ListeningProcess> process, BindFailure failure) {
        return new InUse(
                process.map(found -> Long.valueOf(found.id())),
                process.map(ListeningProcess::name).orElse(""),
                String.valueOf(failure.getMessage()));
    }

    private static boolean answers(ListenAddress.Inet inet) {
        try (SocketChannel probe = SocketChannel.open()) {
            probe.socket().connect(inet.resolve(), TIMEOUT_MILLIS);
            return true;
        } catch (IOException silent) {
            return false;
        }
    }

    private static AddressAvailability ofSocket(ListenAddress.Unix unix) {
        Path path = unix.path();
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                probe.configureBlocking(false);
                probe.connect(UnixDomainSocketAddress.of(path));
                SocketFileException served = new SocketFileException("another process serves this socket");
                return inUse(ListeningProcess.onSocket(path), new BindFailure(unix, served));
            } catch (ConnectException nobody) {
                return stale(unix);
            } catch (IOException unknown) {
                return inUse(ListeningProcess.onSocket(path), new BindFailure(unix, unknown));
            }
        }
        return directory(unix);
    }

    /** A server that starts removes a socket that nobody serves, and no other file. */
    private static AddressAvailability stale(ListenAddress.Unix unix) {
        try {
            return UnixSocketFile.isSocket(unix.path())
                    ? directory(unix)
                    : new Unusable("cannot listen on " + unix
                            + ": a file of this name exists and is not a socket: remove it, or choose another name");
        } catch (IOException gone) {
            return directory(unix);
        }
    }

    private static AddressAvailability directory(ListenAddress.Unix unix) {
        return BindFailure.unixObstacle(unix.path())
                .<AddressAvailability>map(obstacle -> new Unusable("cannot listen on " + unix + ": " + obstacle))
                .orElseGet(Free::new);
    }
}

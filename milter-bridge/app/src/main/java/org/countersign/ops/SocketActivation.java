package org.countersign.ops;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.countersign.config.ValueType;
import org.countersign.service.log.EventLog;
import org.countersign.service.log.LogEvent;

/**
 * The listening sockets that a service manager has opened for this process, as sd_listen_fds(3) describes. They outlive
 * the process, so that mail servers can connect while it is restarted.
 *
 * <p>The variables stay in the environment of child processes, which a Java program cannot change. They do no harm there:
 * {@code LISTEN_PID} names this process alone, and the JDK closes the file descriptors in its child processes.
 */
final class SocketActivation {
    private static final int FIRST_DESCRIPTOR = 3;
    private static final int MAX_SOCKETS = 64;

    private final Map<String, String> environment;
    private final long processId;
    private final IntFunction<InheritedSocket> opener;
    private final EventLog log;

    /**
     * @param environment of this process
     * @param processId of this process
     * @param opener opens the socket of a file descriptor
     * @param log gets one event for each socket that cannot be used
     */
    SocketActivation(
            Map<String, String> environment, long processId, IntFunction<InheritedSocket> opener, EventLog log) {
        this.environment = environment;
        this.processId = processId;
        this.opener = opener;
        this.log = log;
    }

    /** The sockets that were passed to this process. To be called once, because it takes over their file descriptors. */
    static List<ServerSocketChannel> sockets(EventLog log) {
        return new SocketActivation(System.getenv(), ProcessHandle.current().pid(), InheritedSocket::open, log)
                .sockets();
    }

    /** The sockets in the order of their file descriptors; none if none were passed to this process. */
    List<ServerSocketChannel> sockets() {
        String count = environment.getOrDefault("LISTEN_FDS", "");
        if (count.isEmpty()) {
            return List.of();
        }
        String owner = environment.getOrDefault("LISTEN_PID", "");
        if (!owner.equals(Long.toString(processId))) {
            ignore("LISTEN_PID=" + owner, "the sockets are for another process: start the program with exec");
            return List.of();
        }
        return ValueType.integer(0, MAX_SOCKETS).parse(count).map(this::open).orElseGet(() -> {
            ignore("LISTEN_FDS=" + count, "expected a number of at most " + MAX_SOCKETS + " sockets");
            return List.of();
        });
    }

    private List<ServerSocketChannel> open(int count) {
        List<ServerSocketChannel> sockets = new ArrayList<>();
        List<String> names =
                List.of(environment.getOrDefault("LISTEN_FDNAMES", "").split(":", -1));
        for (int index = 0; index < count; index++) {
            String name = "descriptor " + (FIRST_DESCRIPTOR + index)
                    + (names.size() == count ? " (" + names.get(index) + ")" : "");
            switch (opener.apply(FIRST_DESCRIPTOR + index)) {
                case InheritedSocket.Listening(ServerSocketChannel channel) -> {
                    if (hasAddress(channel)) {
                        sockets.add(channel);
                    } else {
                        ignore(name, "it has no address, so nobody can connect to it");
                    }
                }
                case InheritedSocket.NotListening(String reason) -> ignore(name, reason);
                case InheritedSocket.NoAccess() -> {
                    ignore(
                            "all",
                            "Java has no access to them: add the option " + InheritedSocket.OPTION
                                    + ", as the program's own launcher does");
                    return List.of();
                }
            }
        }
        return List.copyOf(sockets);
    }

    private static boolean hasAddress(ServerSocketChannel channel) {
        try {
            return switch (channel.getLocalAddress()) {
                case InetSocketAddress inet -> inet.getPort() != 0;
                case UnixDomainSocketAddress unix -> !unix.getPath().toString().isEmpty();
                case null, default -> false;
            };
        } catch (IOException closed) {
            return false;
        }
    }

    private void ignore(String sockets, String problem) {
        log.write(new LogEvent("server", Level.WARNING, "passed-socket-ignored")
                .with("socket", sockets)
                .with("problem", problem));
    }
}

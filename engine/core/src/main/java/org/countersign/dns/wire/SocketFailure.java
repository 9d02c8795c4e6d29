package org.countersign.dns.wire;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import org.countersign.dns.DnsAnswer;
import org.countersign.domain.IpNetwork;
import org.countersign.syntax.Escapes;

/** Descriptions of socket failures, for people. */
final class SocketFailure {
    private static final String NO_DESCRIPTOR = "Too many open files";

    private SocketFailure() {}

    /** The system gave no socket, which is a local limit and not a failure of the server. */
    static Reply.Failed noSocket(IOException refused) {
        String words = words(refused);
        return new Reply.Failed(
                DnsAnswer.Failure.OVERLOADED,
                words.startsWith(NO_DESCRIPTOR)
                        ? "the process's file descriptor limit is reached: raise it (ulimit -n, LimitNOFILE)"
                        : "the system gives no socket: " + words);
    }

    /** The server could not be reached, or closed the connection. */
    static String describe(InetSocketAddress server, IOException failure) {
        String name = name(server);
        return switch (failure) {
            case PortUnreachableException refused -> name + " does not listen (ICMP: port unreachable)";
            case NoRouteToHostException lost -> "no route to " + name;
            case ConnectException refused -> name + " refused the connection";
            case EOFException ended -> name + " hung up in the middle of an answer";
            default -> name + ": " + words(failure);
        };
    }

    /** {@code 192.0.2.1:53}, {@code [2001:db8::1]:53}, {@code [fe80::1%eth0]:53}. */
    static String name(InetSocketAddress server) {
        String shown = server.getAddress().getHostAddress();
        int percent = shown.indexOf('%');
        String address = IpNetwork.renderAddress(server.getAddress()) + (percent < 0 ? "" : shown.substring(percent));
        return (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + server.getPort();
    }

    private static String words(IOException failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : Escapes.printable(message);
    }
}

package org.countersign.milter.wire;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.IpAddressText;

/**
 * The address that a filter listens on and a mail server connects to, in the notation of Postfix
 * ({@code inet:host:port}) or of Sendmail and libmilter ({@code inet:port@host}).
 */
public sealed interface ListenAddress {
    /**
     * A TCP address.
     *
     * @param host a name, or an address literal without brackets
     * @param port 0 for a port that the system chooses
     * @param version6 whether only IPv6 addresses of the name are used; false for a literal, which tells it itself
     */
    record Inet(String host, int port, boolean version6) implements ListenAddress {
        public Inet {
            // So that one socket is written in one way, however it was named: inet6:[::1]:8891 is inet:[::1]:8891.
            version6 &= !isLiteral6(host);
        }

        @Override
        public SocketAddress resolve() throws IOException {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (!version6 || address instanceof Inet6Address) {
                    return new InetSocketAddress(address, port);
                }
            }
            throw new UnknownHostException(host + " has no IPv6 address");
        }

        @Override
        public boolean matches(SocketAddress bound) throws IOException {
            if (!(bound instanceof InetSocketAddress socket) || socket.getPort() != port) {
                return false;
            }
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (address.equals(socket.getAddress())
                        // A socket on [::] also accepts connections by IPv4.
                        || (address.isAnyLocalAddress() && socket.getAddress().isAnyLocalAddress())) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public String toString() {
            return (version6 ? "inet6:" : "inet:") + (isLiteral6(host) ? "[" + host + "]" : host) + ":" + port;
        }

        private static boolean isLiteral6(String host) {
            return host.indexOf(':') >= 0;
        }
    }

    /** A UNIX-domain socket. */
    record Unix(Path path) implements ListenAddress {
        @Override
        public SocketAddress resolve() {
            return UnixDomainSocketAddress.of(path);
        }

        @Override
        public boolean matches(SocketAddress bound) throws IOException {
            return bound instanceof UnixDomainSocketAddress socket
                    && (path.equals(socket.getPath())
                            // The same directory may have two names, such as /run and /var/run.
                            || (Files.exists(path)
                                    && Files.exists(socket.getPath())
                                    && Files.isSameFile(path, socket.getPath())));
        }

        @Override
        public String toString() {
            return "unix:" + path;
        }
    }

    /**
     * Resolves the address for a socket.
     *
     * @throws IOException if the host has no address
     */
    SocketAddress resolve() throws IOException;

    /**
     * Whether a socket is bound to this address. A wildcard address matches both wildcard addresses.
     *
     * @throws IOException if the host has no address, or a path cannot be read
     */
    boolean matches(SocketAddress bound) throws IOException;

    /**
     * The address that a socket is bound to.
     *
     * @throws IllegalArgumentException for a socket that is neither TCP nor in the UNIX domain
     */
    static ListenAddress of(SocketAddress bound) {
        return switch (bound) {
            case InetSocketAddress inet -> new Inet(text(inet.getAddress()), inet.getPort(), false);
            case UnixDomainSocketAddress unix -> new Unix(unix.getPath());
            default -> throw new IllegalArgumentException("neither TCP nor UNIX: " + bound);
        };
    }

    /** In the form of RFC 5952, with the scope of a link-local address. */
    private static String text(InetAddress address) {
        String host = address.getHostAddress();
        int scope = host.indexOf('%');
        return IpAddressText.render(address) + (scope < 0 ? "" : host.substring(scope));
    }

    /**
     * Reads {@code inet:host:port}, {@code inet:port@host}, the same with {@code inet6:}, {@code unix:/path} or
     * {@code local:/path}. An IPv6 literal before a port must be in brackets. The host is required, so that a filter does
     * not listen on all interfaces by accident.
     */
    static Optional<ListenAddress> parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        String rest = text.substring(colon + 1);
        return switch (Ascii.lower(text.substring(0, colon))) {
            case "inet" -> parseInet(rest, false);
            case "inet6" -> parseInet(rest, true);
            case "unix", "local" -> parsePath(rest);
            default -> Optional.empty();
        };
    }

    private static Optional<ListenAddress> parseInet(String text, boolean version6) {
        int at = text.indexOf('@');
        int colon = text.lastIndexOf(':');
        if (at < 0 && colon < 0) {
            return Optional.empty();
        }
        String portText = at >= 0 ? text.substring(0, at) : text.substring(colon + 1);
        String hostText = at >= 0 ? text.substring(at + 1) : text.substring(0, colon);
        boolean bracketed = hostText.startsWith("[") && hostText.endsWith("]");
        String host = bracketed ? hostText.substring(1, hostText.length() - 1) : hostText;
        boolean ambiguous = at < 0 && !bracketed && host.indexOf(':') >= 0;
        int port = port(portText);
        return host.isEmpty() || ambiguous || port < 0 || !Ascii.isAscii(host)
                ? Optional.empty()
                : Optional.of(new Inet(host, port, version6));
    }

    private static int port(String text) {
        if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(Ascii::isDigit)) {
            return -1;
        }
        int port = Integer.parseInt(text);
        return port > 65_535 ? -1 : port;
    }

    private static Optional<ListenAddress> parsePath(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(new Unix(Path.of(text)));
        } catch (InvalidPathException notAPath) {
            return Optional.empty();
        }
    }
}

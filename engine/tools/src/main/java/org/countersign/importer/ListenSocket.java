package org.countersign.importer;

import java.util.List;
import java.util.Optional;
import org.countersign.domain.IpNetwork;

/** The socket that an old filter listened on. */
final class ListenSocket {
    private static final List<String> OLD_DIRECTORIES = List.of(
            "unix:/run/opendkim/",
            "unix:/run/opendmarc/",
            "unix:/run/dkimpy-milter/",
            "unix:/var/run/opendkim/",
            "unix:/var/run/opendmarc/",
            "unix:/var/run/dkimpy-milter/");

    private ListenSocket() {}

    /**
     * Reads {@code inet:PORT@HOST}, {@code inet6:PORT@HOST}, {@code local:PATH}, {@code unix:PATH} or a path.
     *
     * @return the same socket in our notation, two where it was every address; empty for another text
     */
    static Optional<List<String>> read(String text) {
        if (text.startsWith("/")) {
            return Optional.of(List.of("unix:" + text));
        }
        int colon = text.indexOf(':');
        String kind = colon < 0 ? "" : text.substring(0, colon);
        String rest = text.substring(colon + 1);
        return switch (kind) {
            case "local", "unix" -> rest.startsWith("/") ? Optional.of(List.of("unix:" + rest)) : Optional.empty();
            case "inet", "inet6" -> port(kind, rest);
            default -> Optional.empty();
        };
    }

    private static Optional<List<String>> port(String kind, String rest) {
        int at = rest.indexOf('@');
        String port = at < 0 ? rest : rest.substring(0, at);
        Optional<Long> number = Directive.integer(port).filter(value -> value > 0 && value < 65_536);
        if (number.isEmpty()) {
            return Optional.empty();
        }
        if (at < 0) {
            String every = "inet:" + number.get() + "@";
            return Optional.of(
                    kind.equals("inet6") ? List.of(every + "[::]") : List.of(every + "0.0.0.0", every + "[::]"));
        }
        String host = rest.substring(at + 1);
        String plain = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        String address = plain.equalsIgnoreCase("localhost") ? kind.equals("inet6") ? "::1" : "127.0.0.1" : plain;
        return IpNetwork.parseAddress(address)
                .map(ip -> List.of(
                        "inet:" + number.get() + "@" + (ip.getAddress().length == 4 ? address : "[" + address + "]")));
    }

    /** Whether everybody who reaches the machine reaches the socket. */
    static boolean isOpen(List<String> sockets) {
        return sockets.stream().anyMatch(socket -> socket.endsWith("@0.0.0.0") || socket.endsWith("@[::]"));
    }

    /** Whether the socket is in a directory that the system makes for the old program alone, when it starts. */
    static boolean isOfOldService(String socket) {
        return OLD_DIRECTORIES.stream().anyMatch(socket::startsWith);
    }

    /** The socket as Postfix names it, for {@code smtpd_milters}. */
    static String forPostfix(String socket) {
        if (!socket.startsWith("inet:")) {
            return socket;
        }
        int at = socket.indexOf('@');
        String host = socket.substring(at + 1);
        String reached = host.equals("0.0.0.0") ? "127.0.0.1" : host.equals("[::]") ? "[::1]" : host;
        return "inet:" + reached + ":" + socket.substring("inet:".length(), at);
    }
}

package org.countersign.ops.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringTokenizer;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.service.HostCommand;

/** The sockets that systemd holds for the installed service, as {@code systemctl list-sockets} shows them. */
public final class SystemdSockets {
    private static final String UNITS = "countersign*.socket";

    private SystemdSockets() {}

    /** The addresses of the sockets, in the order of the units; none without systemd. */
    public static List<ListenAddress> addresses() {
        return parse(HostCommand.run("systemctl", "list-sockets", "--no-legend", "--no-pager", UNITS)
                .orElse(""));
    }

    /** Reads lines that begin with an address: a path, {@code 127.0.0.1:8891} or {@code [::1]:8891}. */
    static List<ListenAddress> parse(String lines) {
        List<ListenAddress> addresses = new ArrayList<>();
        for (String line : lines.lines().toList()) {
            StringTokenizer words = new StringTokenizer(line);
            if (words.hasMoreTokens()) {
                String address = words.nextToken();
                Optional<ListenAddress> parsed =
                        ListenAddress.parse((address.startsWith("/") ? "unix:" : "inet:") + address);
                parsed.ifPresent(addresses::add);
            }
        }
        return List.copyOf(addresses);
    }
}

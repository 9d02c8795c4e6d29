package org.countersign.ops.check;

import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.service.HostCommand;

/** The socket units of the installed service, as {@code systemctl} shows them. */
public final class SystemdSockets {
    private static final String UNITS = "countersign*.socket";

    private SystemdSockets() {}

    /**
     * An address of a socket unit that is started, or that could not be started.
     *
     * @param unit the name of the unit, such as {@code countersign.socket}
     * @param failed whether systemd could not open the unit's sockets, for example because another program has the port
     */
    public record UnitSocket(String unit, ListenAddress address, boolean failed) {}

    /** The sockets, in the order of the units; none without systemd. */
    public static List<UnitSocket> list() {
        return parse(
                systemctl("list-sockets", "--no-legend", "--no-pager", UNITS),
                systemctl("list-units", "--all", "--state=failed", "--plain", "--no-legend", "--no-pager", UNITS));
    }

    private static String systemctl(String... arguments) {
        List<String> command = new ArrayList<>(List.of("systemctl"));
        command.addAll(List.of(arguments));
        return HostCommand.run(command.toArray(String[]::new)).orElse("");
    }

    /**
     * Reads the lists of systemctl.
     *
     * @param sockets lines that begin with an address and its unit: a path, {@code 127.0.0.1:8891} or {@code [::1]:8891}
     * @param failures lines that begin with the name of a failed unit
     */
    static List<UnitSocket> parse(String sockets, String failures) {
        List<String> failed = failures.lines()
                .map(StringTokenizer::new)
                .filter(StringTokenizer::hasMoreTokens)
                .map(StringTokenizer::nextToken)
                .toList();
        List<UnitSocket> found = new ArrayList<>();
        for (String line : sockets.lines().toList()) {
            StringTokenizer words = new StringTokenizer(line);
            if (words.countTokens() > 1) {
                String address = words.nextToken();
                String unit = words.nextToken();
                ListenAddress.parse((address.startsWith("/") ? "unix:" : "inet:") + address)
                        .ifPresent(parsed -> found.add(new UnitSocket(unit, parsed, failed.contains(unit))));
            }
        }
        return List.copyOf(found);
    }
}

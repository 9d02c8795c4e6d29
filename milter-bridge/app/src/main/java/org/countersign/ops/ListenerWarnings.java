package org.countersign.ops;

import java.util.List;
import org.countersign.config.SectionReader;
import org.countersign.config.ValueType;
import org.countersign.domain.IpNetwork;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.syntax.Ascii;

/**
 * Warns about listen addresses that other machines can reach. A milter client states the SMTP client, the authenticated
 * user and the daemon name of each message. So every client that reaches the port can have mail signed with every key.
 */
final class ListenerWarnings {
    private static final List<String> LOOPBACK_NAMES =
            List.of("localhost", "localhost.localdomain", "localhost4", "localhost6", "ip6-localhost", "ip6-loopback");

    private ListenerWarnings() {}

    /** Adds a warning for each TCP address that other machines can reach, if there are signing keys. */
    static void warn(SectionReader root, List<ListenAddress> listen) {
        SectionReader signing = root.section("signing");
        boolean keys = signing.has("keys") || signing.has("table-file");
        if (!keys || !trustsStatementsOfTheClient(signing.section("when"))) {
            return;
        }
        for (ListenAddress address : listen) {
            if (address instanceof ListenAddress.Inet inet && !isLoopback(inet.host())) {
                root.warn(
                        "listen",
                        address
                                + " can be reached from other machines, and every client that reaches it can claim a"
                                + " login and have mail signed with every key",
                        "listen on a unix: socket or on 127.0.0.1, or let a firewall admit the mail server alone");
            }
        }
    }

    private static boolean trustsStatementsOfTheClient(SectionReader when) {
        return when.value("authenticated", ValueType.BOOLEAN, true)
                || !when.list("daemon-names", ValueType.TEXT, List.of("ORIGINATING"))
                        .isEmpty()
                || !when.list("networks", ValueType.IP_NETWORK, List.of()).isEmpty();
    }

    /** Whether only this machine reaches a host, which is a name or an IP address. */
    static boolean isLoopback(String host) {
        return LOOPBACK_NAMES.contains(Ascii.lower(host))
                || IpNetwork.parseAddress(host)
                        .filter(address -> address.isLoopbackAddress())
                        .isPresent();
    }
}

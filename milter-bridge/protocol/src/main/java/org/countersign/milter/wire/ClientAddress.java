package org.countersign.milter.wire;

import java.net.InetAddress;
import java.util.Optional;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.IpAddressText;

/** The address of an SMTP client, as sent by the mail server. */
public sealed interface ClientAddress {
    /**
     * An IP address. An IPv4-mapped IPv6 address is represented as the IPv4 address.
     *
     * @param port 0 if the mail server did not send it
     */
    record Ip(InetAddress address, int port) implements ClientAddress {}

    /** A UNIX-domain socket on the machine of the mail server. */
    record Local(String path) implements ClientAddress {}

    /** The mail server says that it knows no address, as Sendmail does for a program that speaks SMTP on standard input. */
    record Unknown() implements ClientAddress {}

    /** An address of a network client that cannot be used: an unknown family or notation, or one that no host has. */
    record Unusable() implements ClientAddress {}

    /**
     * Reads an address of the family {@code 4} or {@code 6}. Both notations are accepted for both families, with or
     * without Sendmail's prefix {@code IPv6:}. A zone ({@code %eth0}) is dropped. The unspecified address
     * ({@code 0.0.0.0}, {@code ::}) belongs to no host (RFC 1122 §3.2.1.3), so it cannot be used.
     */
    static ClientAddress parseIp(String text, int port) {
        String literal =
                text.length() > 5 && Ascii.equalsIgnoreCase(text.substring(0, 5), "IPv6:") ? text.substring(5) : text;
        int zone = literal.indexOf('%');
        Optional<InetAddress> address = IpAddressText.parse(zone < 0 ? literal : literal.substring(0, zone));
        return address.isPresent() && !address.get().isAnyLocalAddress() ? new Ip(address.get(), port) : new Unusable();
    }
}

package org.countersign.milter.wire;

import java.net.InetAddress;
import java.util.Optional;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.IpAddressText;

/** Where an SMTP client comes from, as the mail server told it. */
public sealed interface ClientAddress {
    /**
     * An IP address; one of the IPv4-mapped form is the IPv4 address that it holds.
     *
     * @param port 0 where the mail server did not say
     */
    record Ip(InetAddress address, int port) implements ClientAddress {}

    /** A UNIX-domain socket of the mail server's own machine. */
    record Local(String path) implements ClientAddress {}

    /** The mail server does not know, or used a family or notation that nobody knows. */
    record Unknown() implements ClientAddress {}

    /**
     * Reads an address of the family {@code 4} or {@code 6}; either notation is taken for either family,
     * with or without Sendmail's {@code IPv6:} in front, and a zone ({@code %eth0}) is dropped. The unspecified address
     * ({@code 0.0.0.0}, {@code ::}) is nobody's (RFC 1122 §3.2.1.3): the client is not known.
     */
    static ClientAddress parseIp(String text, int port) {
        String literal =
                text.length() > 5 && Ascii.equalsIgnoreCase(text.substring(0, 5), "IPv6:") ? text.substring(5) : text;
        int zone = literal.indexOf('%');
        Optional<InetAddress> address = IpAddressText.parse(zone < 0 ? literal : literal.substring(0, zone));
        return address.isPresent() && !address.get().isAnyLocalAddress() ? new Ip(address.get(), port) : new Unknown();
    }
}

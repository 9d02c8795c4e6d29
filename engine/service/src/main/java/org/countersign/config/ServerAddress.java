package org.countersign.config;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.syntax.Ascii;

/**
 * The text form of a DNS server's address: an IP address, for IPv6 with a zone where it needs one (RFC 4007 §11), and a
 * port, 53 by default.
 */
final class ServerAddress {
    private static final int DNS_PORT = 53;
    private static final int MAX_PORT = 65_535;

    private ServerAddress() {}

    private record Parts(String address, String port) {}

    static Optional<InetSocketAddress> parse(String text) {
        return split(text).flatMap(parts -> {
            Optional<Integer> port =
                    ValueType.parseInteger(parts.port()).filter(number -> number > 0 && number <= MAX_PORT);
            return port.isEmpty()
                    ? Optional.empty()
                    : address(parts.address()).map(ip -> new InetSocketAddress(ip, port.get()));
        });
    }

    /** Writes an address as the file would. */
    static String render(InetSocketAddress server) {
        String address = server.getAddress().getHostAddress();
        return (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + server.getPort();
    }

    /** Why a text that may be intended as a server is refused; empty where the reason is not known. */
    static Optional<String> advice(String text) {
        Optional<Parts> parts = split(text);
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        String address = parts.get().address();
        int percent = address.indexOf('%');
        if (percent > 0 && IpNetwork.parseAddress(address.substring(0, percent)).isPresent()) {
            return Optional.of(
                    address.indexOf(':') < 0
                            ? "only an IPv6 address has a zone"
                            : "this machine has no network interface " + address.substring(percent + 1));
        }
        boolean isName = address.chars().anyMatch(Ascii::isAlpha)
                && DomainName.parse(address).filter(DomainName::isHostName).isPresent();
        return isName
                ? Optional.of("a host name is not supported, because resolving it would need a DNS server: write its IP"
                        + " address")
                : Optional.empty();
    }

    private static Optional<Parts> split(String text) {
        int colon = text.lastIndexOf(':');
        if (text.startsWith("[")) {
            int bracket = text.indexOf(']');
            if (bracket < 0 || (bracket + 1 < text.length() && bracket + 1 != colon)) {
                return Optional.empty();
            }
            String port = bracket + 1 == colon ? text.substring(colon + 1) : Integer.toString(DNS_PORT);
            return Optional.of(new Parts(text.substring(1, bracket), port));
        }
        return Optional.of(
                colon >= 0 && colon == text.indexOf(':')
                        ? new Parts(text.substring(0, colon), text.substring(colon + 1))
                        : new Parts(text, Integer.toString(DNS_PORT)));
    }

    private static Optional<InetAddress> address(String text) {
        int percent = text.indexOf('%');
        if (percent < 0) {
            return IpNetwork.parseAddress(text);
        }
        return IpNetwork.parseAddress(text.substring(0, percent))
                .filter(Inet6Address.class::isInstance)
                .flatMap(ip -> zone(text.substring(percent + 1)).map(zone -> scoped(ip, zone)));
    }

    /** A network interface of this machine, by its name or its number. */
    private static Optional<NetworkInterface> zone(String name) {
        try {
            Optional<Integer> number = ValueType.parseInteger(name);
            return Optional.ofNullable(
                    number.isPresent() && number.get() > 0
                            ? NetworkInterface.getByIndex(number.get())
                            : NetworkInterface.getByName(name));
        } catch (SocketException unknown) {
            return Optional.empty();
        }
    }

    private static InetAddress scoped(InetAddress ip, NetworkInterface zone) {
        byte[] octets = ip.getAddress();
        try {
            return Inet6Address.getByAddress(null, octets, zone);
        } catch (UnknownHostException withoutLinkLocalAddress) {
            // The interface has no IPv6 address now, so its number identifies it.
            return numbered(octets, zone.getIndex());
        }
    }

    private static InetAddress numbered(byte[] octets, int zone) {
        try {
            return Inet6Address.getByAddress(null, octets, zone);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an IPv6 address has sixteen octets", impossible);
        }
    }
}

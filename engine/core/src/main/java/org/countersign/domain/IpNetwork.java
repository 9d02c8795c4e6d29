package org.countersign.domain;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.IpAddressText;

/**
 * A range of IP addresses of one family: {@code 192.0.2.0/24} or {@code 2001:db8::/32}. An IPv4-mapped IPv6 address counts
 * as its IPv4 address.
 */
public final class IpNetwork {
    private final InetAddress address;
    private final byte[] bits;
    private final int prefixLength;

    private IpNetwork(InetAddress address, int prefixLength) {
        this.address = address;
        this.bits = address.getAddress();
        this.prefixLength = prefixLength;
    }

    /** Parses an address, with or without {@code /} and a prefix length. Bits after the prefix are ignored. */
    public static Optional<IpNetwork> parse(String text) {
        int slash = text.indexOf('/');
        Optional<InetAddress> address = parseAddress(slash < 0 ? text : text.substring(0, slash));
        if (address.isEmpty()) {
            return Optional.empty();
        }
        int longest = address.get().getAddress().length * 8;
        if (slash < 0) {
            return Optional.of(new IpNetwork(address.get(), longest));
        }
        String digits = text.substring(slash + 1);
        if (digits.isEmpty() || digits.length() > 3 || !digits.chars().allMatch(Ascii::isDigit)) {
            return Optional.empty();
        }
        int prefix = Integer.parseInt(digits);
        return prefix > longest ? Optional.empty() : Optional.of(new IpNetwork(address.get(), prefix));
    }

    /**
     * A network of an address and a prefix length.
     *
     * @throws IllegalArgumentException if the prefix is too long for the family
     */
    public static IpNetwork of(InetAddress address, int prefixLength) {
        if (prefixLength < 0 || prefixLength > address.getAddress().length * 8) {
            throw new IllegalArgumentException("prefix length " + prefixLength + " for " + address.getHostAddress());
        }
        return new IpNetwork(address, prefixLength);
    }

    /**
     * Parses an IPv4 or IPv6 address without a DNS query. Host names, scopes, and short or octal IPv4 forms are not
     * accepted.
     */
    public static Optional<InetAddress> parseAddress(String text) {
        return IpAddressText.parse(text);
    }

    /** The address without a scope; an IPv4-mapped IPv6 address becomes IPv4. */
    public static InetAddress plain(InetAddress address) {
        return address instanceof Inet6Address ? IpAddressText.address(address.getAddress()) : address;
    }

    /** The address as text, for IPv6 in the form of RFC 5952, without a scope. */
    public static String renderAddress(InetAddress address) {
        return IpAddressText.render(address);
    }

    /** An IPv4 network of this dotted quad. */
    public static Optional<IpNetwork> parseIpv4(String text, int prefixLength) {
        byte[] octets = IpAddressText.parseIpv4(text, 0);
        return octets.length == 0 || prefixLength < 0 || prefixLength > 32
                ? Optional.empty()
                : Optional.of(new IpNetwork(IpAddressText.address(octets), prefixLength));
    }

    /**
     * An IPv6 network exactly as written. A network of IPv4-mapped addresses contains nothing, because those addresses count
     * as IPv4.
     */
    public static Optional<IpNetwork> parseIpv6(String text, int prefixLength) {
        byte[] octets = text.indexOf(':') >= 0 ? IpAddressText.parseIpv6(text) : new byte[0];
        if (octets.length == 0 || prefixLength < 0 || prefixLength > 128) {
            return Optional.empty();
        }
        return Optional.of(new IpNetwork(ipv6(octets), prefixLength));
    }

    // Inet6Address keeps an IPv4-mapped address, which InetAddress would convert to IPv4.
    private static InetAddress ipv6(byte[] octets) {
        try {
            return Inet6Address.getByAddress(null, octets, -1);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("sixteen octets are an IPv6 address", impossible);
        }
    }

    /** Whether the address is in this network. */
    public boolean contains(InetAddress candidate) {
        return contains(candidate.getAddress());
    }

    /** Whether the address is in one of these networks. */
    public static boolean anyContains(List<IpNetwork> networks, InetAddress candidate) {
        for (IpNetwork network : networks) {
            if (network.contains(candidate)) {
                return true;
            }
        }
        return false;
    }

    /** Whether all addresses of the other network are in this one. */
    public boolean covers(IpNetwork other) {
        return prefixLength <= other.prefixLength && contains(other.bits);
    }

    /** Whether the address with these octets is in this network. */
    public boolean contains(byte[] candidate) {
        return sharePrefix(bits, candidate, prefixLength);
    }

    /** Whether both addresses have the same family and the same first {@code length} bits. */
    public static boolean sharePrefix(byte[] left, byte[] right, int length) {
        if (left.length != right.length) {
            return false;
        }
        int whole = length / 8;
        for (int i = 0; i < whole; i++) {
            if (left[i] != right[i]) {
                return false;
            }
        }
        int rest = length % 8;
        return rest == 0 || ((left[whole] ^ right[whole]) & 0xFF) >> (8 - rest) == 0;
    }

    /** The same network, by its first address: without the bits behind the prefix. */
    public IpNetwork masked() {
        byte[] first = bits.clone();
        for (int i = 0; i < first.length; i++) {
            int kept = Math.clamp(prefixLength - 8L * i, 0, 8);
            first[i] &= (byte) (0xFF00 >> kept);
        }
        return new IpNetwork(first.length == 4 ? IpAddressText.address(first) : ipv6(first), prefixLength);
    }

    public InetAddress address() {
        return address;
    }

    public int prefixLength() {
        return prefixLength;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IpNetwork that && address.equals(that.address) && prefixLength == that.prefixLength;
    }

    @Override
    public int hashCode() {
        return 31 * address.hashCode() + prefixLength;
    }

    @Override
    public String toString() {
        return IpAddressText.render(address) + "/" + prefixLength;
    }
}

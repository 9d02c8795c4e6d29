package org.countersign.domain;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.countersign.syntax.Ascii;

/**
 * A range of IP addresses of one family, {@code 192.0.2.0/24} or {@code 2001:db8::/32}. An IPv4-mapped
 * IPv6 address counts as the IPv4 address it holds.
 */
public final class IpNetwork {
    private static final int LONGEST_LITERAL = 45;

    private final InetAddress address;
    private final byte[] bits;
    private final int prefixLength;

    private IpNetwork(InetAddress address, int prefixLength) {
        this.address = address;
        this.bits = address.getAddress();
        this.prefixLength = prefixLength;
    }

    /** Reads an address, or an address with {@code /} and a prefix length; bits behind the prefix do not matter. */
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
     * @throws IllegalArgumentException if the prefix does not fit the family
     */
    public static IpNetwork of(InetAddress address, int prefixLength) {
        if (prefixLength < 0 || prefixLength > address.getAddress().length * 8) {
            throw new IllegalArgumentException("prefix length " + prefixLength + " for " + address.getHostAddress());
        }
        return new IpNetwork(address, prefixLength);
    }

    /**
     * Reads an address literal, dotted or with colons, never asking the DNS. No host names, no zones, no
     * short or octal IPv4 forms.
     */
    public static Optional<InetAddress> parseAddress(String text) {
        if (text.isEmpty() || text.length() > LONGEST_LITERAL) {
            return Optional.empty();
        }
        boolean colon = text.indexOf(':') >= 0;
        if (colon ? !looksLikeIpv6(text) : !isDottedQuad(text)) {
            return Optional.empty();
        }
        try {
            // Only digits, dots, colons and hex letters are left, so this is never a look-up.
            return Optional.of(InetAddress.getByName(colon ? "[" + text + "]" : text));
        } catch (UnknownHostException notAnAddress) {
            return Optional.empty();
        }
    }

    private static boolean looksLikeIpv6(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Ascii.hexDigit(c) < 0 && c != ':' && c != '.') {
                return false;
            }
        }
        return true;
    }

    private static boolean isDottedQuad(String text) {
        int parts = 0;
        int from = 0;
        while (from <= text.length()) {
            int dot = text.indexOf('.', from);
            int to = dot < 0 ? text.length() : dot;
            int digits = to - from;
            if (digits < 1 || digits > 3 || (digits > 1 && text.charAt(from) == '0')) {
                return false;
            }
            int value = 0;
            for (int i = from; i < to; i++) {
                if (!Ascii.isDigit(text.charAt(i))) {
                    return false;
                }
                value = value * 10 + text.charAt(i) - '0';
            }
            if (value > 255) {
                return false;
            }
            parts++;
            from = to + 1;
        }
        return parts == 4;
    }

    /** Whether the address is of this family and its leading bits are those of this network. */
    public boolean contains(InetAddress candidate) {
        byte[] other = candidate.getAddress();
        if (other.length != bits.length) {
            return false;
        }
        int whole = prefixLength / 8;
        for (int i = 0; i < whole; i++) {
            if (other[i] != bits[i]) {
                return false;
            }
        }
        int rest = prefixLength % 8;
        return rest == 0 || ((other[whole] ^ bits[whole]) & 0xFF) >> (8 - rest) == 0;
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
        return address.getHostAddress() + "/" + prefixLength;
    }
}

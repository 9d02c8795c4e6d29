package org.countersign.syntax;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * Parses and writes IP addresses. Unlike {@link InetAddress#getByName}, it never makes a DNS query for text that is no
 * address.
 */
public final class IpAddressText {
    private static final int MAX_LENGTH = 45;
    private static final int GROUPS = 8;

    private IpAddressText() {}

    /** Parses an IPv4 or IPv6 address; empty for other text. */
    public static Optional<InetAddress> parse(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        byte[] octets = text.indexOf(':') >= 0 ? parseIpv6(text) : parseIpv4(text, 0);
        return octets.length == 0 ? Optional.empty() : Optional.of(address(octets));
    }

    /**
     * The address with these octets.
     *
     * @throws IllegalArgumentException unless there are 4 or 16 of them
     */
    public static InetAddress address(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException("an address has 4 or 16 octets", impossible);
        }
    }

    /** The four octets of a dotted quad at an index; an empty array for other text. */
    public static byte[] parseIpv4(String text, int from) {
        byte[] octets = new byte[4];
        int at = from;
        for (int i = 0; i < 4; i++) {
            int end = at;
            int value = 0;
            while (end < text.length() && end - at < 3 && Ascii.isDigit(text.charAt(end))) {
                value = value * 10 + text.charAt(end) - '0';
                end++;
            }
            boolean leadingZero = end - at > 1 && text.charAt(at) == '0';
            boolean ended = i == 3 ? end == text.length() : end < text.length() && text.charAt(end) == '.';
            if (end == at || leadingZero || value > 255 || !ended) {
                return new byte[0];
            }
            octets[i] = (byte) value;
            at = end + 1;
        }
        return octets;
    }

    /** The sixteen octets of an address in a form of RFC 4291 §2.2; an empty array for other text. */
    public static byte[] parseIpv6(String text) {
        if (text.length() > MAX_LENGTH) {
            return new byte[0];
        }
        int[] groups = new int[GROUPS];
        int count = 0;
        int compressedAt = text.startsWith("::") ? 0 : -1;
        int at = compressedAt == 0 ? 2 : 0;
        while (at < text.length()) {
            int end = at;
            int value = 0;
            while (end < text.length() && end - at <= 4 && Ascii.hexDigit(text.charAt(end)) >= 0) {
                value = value << 4 | Ascii.hexDigit(text.charAt(end));
                end++;
            }
            if (end < text.length() && text.charAt(end) == '.') {
                byte[] tail = parseIpv4(text, at);
                if (tail.length == 0 || count > GROUPS - 2) {
                    return new byte[0];
                }
                groups[count++] = (tail[0] & 0xFF) << 8 | (tail[1] & 0xFF);
                groups[count++] = (tail[2] & 0xFF) << 8 | (tail[3] & 0xFF);
                break;
            }
            if (end == at || end - at > 4 || count == GROUPS) {
                return new byte[0];
            }
            groups[count++] = value;
            if (end == text.length()) {
                break;
            }
            at = end + 1;
            if (text.charAt(end) != ':' || at == text.length()) {
                return new byte[0];
            }
            if (text.charAt(at) == ':') {
                if (compressedAt >= 0) {
                    return new byte[0];
                }
                compressedAt = count;
                at++;
            }
        }
        return expand(groups, count, compressedAt);
    }

    private static byte[] expand(int[] groups, int count, int compressedAt) {
        if (compressedAt < 0 ? count != GROUPS : count == GROUPS) {
            return new byte[0];
        }
        byte[] octets = new byte[2 * GROUPS];
        int missing = GROUPS - count;
        for (int i = 0; i < count; i++) {
            int group = i < compressedAt || compressedAt < 0 ? i : i + missing;
            octets[2 * group] = (byte) (groups[i] >> 8);
            octets[2 * group + 1] = (byte) groups[i];
        }
        return octets;
    }

    /** RFC 5952 §4: lower case, no leading zeros, the longest run of zeros, or the first of them, as {@code ::}. */
    public static String render(InetAddress address) {
        byte[] octets = address.getAddress();
        if (octets.length == 4) {
            return address.getHostAddress();
        }
        int bestStart = -1;
        int bestLength = 1;
        for (int start = 0; start < GROUPS; start++) {
            int length = 0;
            while (start + length < GROUPS && group(octets, start + length) == 0) {
                length++;
            }
            if (length > bestLength) {
                bestStart = start;
                bestLength = length;
            }
        }
        StringBuilder out = new StringBuilder(39);
        for (int i = 0; i < GROUPS; i++) {
            if (i == bestStart) {
                out.append("::");
                i += bestLength - 1;
            } else {
                if (!out.isEmpty() && out.charAt(out.length() - 1) != ':') {
                    out.append(':');
                }
                out.append(Integer.toHexString(group(octets, i)));
            }
        }
        return out.toString();
    }

    private static int group(byte[] octets, int index) {
        return (octets[2 * index] & 0xFF) << 8 | (octets[2 * index + 1] & 0xFF);
    }
}

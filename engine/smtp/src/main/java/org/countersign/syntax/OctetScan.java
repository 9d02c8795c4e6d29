package org.countersign.syntax;

/** Searches arrays of octets, eight octets at a time. */
public final class OctetScan {
    private static final long AFTER_CR = Swar.repeat('\r' + 1);
    private static final long SPACES = Swar.repeat(' ');

    private OctetScan() {}

    /** The index of the first such octet from {@code from} on; {@code to} if there is none. */
    public static int indexOf(byte[] octets, int octet, int from, int to) {
        long wanted = Swar.repeat(octet);
        int at = from;
        for (; at <= to - 2 * Long.BYTES; at += 2 * Long.BYTES) {
            long first = Swar.firstZero(Swar.read(octets, at) ^ wanted);
            long second = Swar.firstZero(Swar.read(octets, at + Long.BYTES) ^ wanted);
            if ((first | second) != 0) {
                return first != 0 ? at + Swar.firstMarked(first) : at + Long.BYTES + Swar.firstMarked(second);
            }
        }
        while (at < to && octets[at] != (byte) octet) {
            at++;
        }
        return at;
    }

    /** The index of the first CR, LF or NUL from {@code from} on; {@code to} if there is none. */
    public static int indexOfLineEndOrNul(byte[] octets, int from, int to) {
        int at = from;
        while (at < to) {
            // Few octets of a header section are below U+000E, so most words are skipped as a whole.
            if (at <= to - Long.BYTES) {
                long word = Swar.read(octets, at);
                long low = (word - AFTER_CR) & ~word & Swar.HIGH_BITS;
                if (low == 0) {
                    at += Long.BYTES;
                    continue;
                }
                at += Swar.firstMarked(low);
            }
            byte octet = octets[at];
            if (octet == '\r' || octet == '\n' || octet == 0) {
                return at;
            }
            at++;
        }
        return to;
    }

    /**
     * An index at or up to seven octets before the first octet outside U+0020 to U+007E, from {@code from} on; near
     * {@code to} if there is none.
     */
    static int nearFirstUnprintable(byte[] octets, int from, int to) {
        int at = from;
        while (at <= to - Long.BYTES) {
            long word = Swar.read(octets, at);
            if (((word | (word + Swar.ONES) | (word - SPACES)) & Swar.HIGH_BITS) != 0) {
                return at;
            }
            at += Long.BYTES;
        }
        return at;
    }

    /**
     * Copies octets up to the first outside U+0021 to U+007F.
     *
     * @param copy receives the octets from {@code target} on; may be {@code octets} itself if {@code target} is not after
     *     {@code from}
     * @return how many were copied
     */
    static int copyVisible(byte[] octets, int from, int to, byte[] copy, int target) {
        int at = from;
        while (at <= to - Long.BYTES) {
            long word = Swar.read(octets, at);
            if ((((word - SPACES - Swar.ONES) | word) & Swar.HIGH_BITS) != 0) {
                break;
            }
            Swar.write(copy, target + at - from, word);
            at += Long.BYTES;
        }
        while (at < to && octets[at] > ' ') {
            copy[target + at - from] = octets[at];
            at++;
        }
        return at - from;
    }
}

package org.countersign.syntax;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Searches arrays of octets eight at a time. */
public final class OctetScan {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    // In each of the eight octets of a word.
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long BEHIND_CR = 0x0E0E0E0E0E0E0E0EL;
    private static final long SPACES = 0x2020202020202020L;

    private OctetScan() {}

    /** The first index from {@code from} that holds the octet; {@code to} where none does. */
    public static int indexOf(byte[] octets, int octet, int from, int to) {
        long wanted = (octet & 0xFF) * ONES;
        int at = from;
        for (; at <= to - 2 * Long.BYTES; at += 2 * Long.BYTES) {
            long first = zeros((long) WORDS.get(octets, at) ^ wanted);
            long second = zeros((long) WORDS.get(octets, at + Long.BYTES) ^ wanted);
            if ((first | second) != 0) {
                return first != 0 ? at + place(first) : at + Long.BYTES + place(second);
            }
        }
        while (at < to && octets[at] != (byte) octet) {
            at++;
        }
        return at;
    }

    /** The first index from {@code from} that holds a CR, LF or NUL; {@code to} where none does. */
    public static int indexOfLineEndOrNul(byte[] octets, int from, int to) {
        int at = from;
        while (at < to) {
            // Few octets of a header section are below U+000E, so most words are passed at once.
            if (at <= to - Long.BYTES) {
                long word = (long) WORDS.get(octets, at);
                long low = (word - BEHIND_CR) & ~word & HIGH_BITS;
                if (low == 0) {
                    at += Long.BYTES;
                    continue;
                }
                at += place(low);
            }
            byte octet = octets[at];
            if (octet == '\r' || octet == '\n' || octet == 0) {
                return at;
            }
            at++;
        }
        return to;
    }

    /** Marks each octet that is zero; what borrows from it is marked too, but only behind the first. */
    private static long zeros(long word) {
        return (word - ONES) & ~word & HIGH_BITS;
    }

    private static int place(long marks) {
        return Long.numberOfTrailingZeros(marks) / Byte.SIZE;
    }

    /**
     * The first index from {@code from} at which an octet may stand that is not from U+0020 to U+007E: up to seven
     * before the first that is not, and {@code to} where all are.
     */
    static int nearFirstUnprintable(byte[] octets, int from, int to) {
        int at = from;
        while (at <= to - Long.BYTES) {
            long word = (long) WORDS.get(octets, at);
            if (((word | (word + ONES) | (word - SPACES)) & HIGH_BITS) != 0) {
                return at;
            }
            at += Long.BYTES;
        }
        return at;
    }

    /**
     * Copies octets up to the first that is not above U+0020, or above U+007F.
     *
     * @param room for as many octets as may be copied, from {@code target} on; may be {@code octets} itself, where
     *     {@code target} is no further back than {@code from}
     * @return how many were copied
     */
    static int copyVisible(byte[] octets, int from, int to, byte[] room, int target) {
        int at = from;
        while (at <= to - Long.BYTES) {
            long word = (long) WORDS.get(octets, at);
            if ((((word - SPACES - ONES) | word) & HIGH_BITS) != 0) {
                break;
            }
            WORDS.set(room, target + at - from, word);
            at += Long.BYTES;
        }
        while (at < to && octets[at] > ' ') {
            room[target + at - from] = octets[at];
            at++;
        }
        return at - from;
    }
}

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
    private static final long SPACES = 0x2020202020202020L;

    private OctetScan() {}

    /** The first index from {@code from} that holds the octet; {@code to} where none does. */
    public static int indexOf(byte[] octets, int octet, int from, int to) {
        long wanted = (octet & 0xFF) * ONES;
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            long difference = (long) WORDS.get(octets, at) ^ wanted;
            // What borrows is marked too, but only behind the first that is zero.
            long zeros = (difference - ONES) & ~difference & HIGH_BITS;
            if (zeros != 0) {
                return at + Long.numberOfTrailingZeros(zeros) / Byte.SIZE;
            }
        }
        while (at < to && octets[at] != (byte) octet) {
            at++;
        }
        return at;
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
     * Copies octets until one up to U+0020 may follow: in the next eight, or the end of {@code octets} may.
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
        return at - from;
    }
}

package org.countersign.syntax;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * SWAR, SIMD within a register: eight octets of an array are treated as one {@code long}, a word, whose lowest octet is the
 * first in the array. Most functions answer with marks, which are the high bits of octets.
 */
public final class Swar {
    /** The lowest bit of each octet. */
    static final long ONES = 0x0101010101010101L;

    /** The high bit of each octet. */
    public static final long HIGH_BITS = 0x8080808080808080L;

    /** All bits of each octet but the high one. */
    public static final long LOW_BITS = ~HIGH_BITS;

    // The product with a word whose octets are zeros and ones has these as the bits of its highest octet.
    private static final long GATHER = 0x0102040810204080L;

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Swar() {}

    /**
     * The word at this index.
     *
     * @throws IndexOutOfBoundsException if the array has less than eight octets from there on
     */
    public static long read(byte[] octets, int at) {
        return (long) WORDS.get(octets, at);
    }

    /**
     * Stores a word at this index.
     *
     * @throws IndexOutOfBoundsException if the array has less than eight octets from there on
     */
    public static void write(byte[] octets, int at, long word) {
        WORDS.set(octets, at, word);
    }

    /** The word that has this octet eight times. */
    public static long repeat(int octet) {
        return (octet & 0xFF) * ONES;
    }

    /**
     * A word to add to {@code word & LOW_BITS}: the sum has the high bit of exactly those octets whose lower seven bits are at
     * least {@code min}.
     *
     * @param min from 1 to 128
     */
    public static long carryFrom(int min) {
        return (0x80 - min) * ONES;
    }

    /** Marks exactly the octets that are zero. */
    public static long zeros(long word) {
        return ~(((word & LOW_BITS) + LOW_BITS) | word) & HIGH_BITS;
    }

    /** Marks the first octet that is zero; later marks may be wrong. Cheaper than {@link #zeros}. */
    static long firstZero(long word) {
        return (word - ONES) & ~word & HIGH_BITS;
    }

    /** The index, from 0 to 7, of the first marked octet; 8 if there is none. */
    static int firstMarked(long marks) {
        return Long.numberOfTrailingZeros(marks) / Byte.SIZE;
    }

    /** The eight marks as eight adjacent bits, the lowest for the first octet. */
    public static long gather(long marks) {
        return ((marks >>> 7) * GATHER) >>> 56;
    }
}

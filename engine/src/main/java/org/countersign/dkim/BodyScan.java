package org.countersign.dkim;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds where relaxed canonicalization may have to change something, eight octets at a time where it can. */
final class BodyScan {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int BLOCK = 4 * Long.BYTES;

    // In each of the eight octets of a word.
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long LOW_BITS = ~HIGH_BITS;
    private static final long TABS = 0x0909090909090909L;
    private static final long SPACES = 0x2020202020202020L;
    /** Added to an octet below 128, it carries into the high bit exactly for those above U+0020. */
    private static final long ABOVE_SPACE = 0x5F5F5F5F5F5F5F5FL;
    /** Likewise for those above U+0009. */
    private static final long ABOVE_TAB = 0x7676767676767676L;
    /** Less an octet below 128, it leaves the high bit exactly for those up to U+000D. */
    private static final long UP_TO_CR = 0x8D8D8D8D8D8D8D8DL;

    private BodyScan() {}

    /**
     * The index of the first octet from {@code from} that is a tab, or a space with another octet up to U+0020
     * behind it; {@code end} where there is none. Between those, white space stays as it is.
     */
    static int nextChange(byte[] octets, int from, int end) {
        // Each word is compared with the octets behind its own, of which the last is in the next word.
        int last = end - BLOCK - 1;
        int at = nextBlock(octets, from, last);
        while (at <= last) {
            for (int word = at; word < at + BLOCK; word += Long.BYTES) {
                long changes = changes((long) WORDS.get(octets, word), (long) WORDS.get(octets, word + 1));
                if (changes != 0) {
                    return word + Long.numberOfTrailingZeros(changes) / Byte.SIZE;
                }
            }
            at = nextBlock(octets, at + BLOCK, last);
        }
        while (at < end && !isChange(octets, at, end)) {
            at++;
        }
        return at;
    }

    // By itself, so that nothing but this loop is between one block and the next.
    private static int nextBlock(byte[] octets, int from, int last) {
        int at = from;
        while (at <= last && !mayChange(octets, at)) {
            at += BLOCK;
        }
        return at;
    }

    /** Whether a block has to be looked at closely: sooner than {@link #changes} says, and for any octet above 127. */
    private static boolean mayChange(byte[] octets, int at) {
        long first = (long) WORDS.get(octets, at);
        long second = (long) WORDS.get(octets, at + 8);
        long third = (long) WORDS.get(octets, at + 16);
        long fourth = (long) WORDS.get(octets, at + 24);
        long unchanged = unchanged(first, (long) WORDS.get(octets, at + 1))
                & unchanged(second, (long) WORDS.get(octets, at + 9))
                & unchanged(third, (long) WORDS.get(octets, at + 17))
                & unchanged(fourth, (long) WORDS.get(octets, at + 25));
        return ((first | second | third | fourth | ~unchanged) & HIGH_BITS) != 0;
    }

    /**
     * For octets below 128, has the high bit of each that is no control character up to the tab, and none from
     * U+000E to U+0020 in front of an octet up to U+0020.
     */
    private static long unchanged(long word, long next) {
        return ((UP_TO_CR - word) | (word + ABOVE_SPACE) | (next + ABOVE_SPACE)) & (word + ABOVE_TAB);
    }

    /** Has the high bit of each octet that is a change, and no other. */
    private static long changes(long word, long next) {
        long fromSpace = word ^ SPACES;
        long noSpace = ((fromSpace & LOW_BITS) + LOW_BITS) | fromSpace;
        long content = ((next & LOW_BITS) + ABOVE_SPACE) | next;
        long fromTab = word ^ TABS;
        long noTab = ((fromTab & LOW_BITS) + LOW_BITS) | fromTab;
        return ~((noSpace | content) & noTab) & HIGH_BITS;
    }

    private static boolean isChange(byte[] octets, int at, int end) {
        byte octet = octets[at];
        return octet == '\t' || (octet == ' ' && at + 1 < end && octets[at + 1] <= ' ' && octets[at + 1] >= 0);
    }
}

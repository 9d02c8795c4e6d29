package org.countersign.canonical;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Finds where relaxed canonicalization may have to change something. What is ahead is marked a stretch at a time,
 * eight octets in each step of a loop without branches, of which the compiler makes vector instructions where the
 * processor has them; the marks are then gathered, a group of 64 octets at a time. Not for several threads at once.
 */
final class WhitespaceScanner {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** How many words are a group: as many as have octets for the bits of one more word. */
    static final int GROUP = 8;

    // In each of the eight octets of a word.
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long LOW_BITS = ~HIGH_BITS;
    private static final long SPACES = 0x2020202020202020L;
    /** Added to an octet below 128, it carries into the high bit exactly for those above U+0020. */
    private static final long ABOVE_SPACE = 0x5F5F5F5F5F5F5F5FL;
    /** Likewise for those above a tab. */
    private static final long ABOVE_TAB = 0x7676767676767676L;

    /** Multiplied with a word of ones and zeros, it has all of them in the uppermost octet. */
    private static final long GATHER = 0x0102040810204080L;

    /** For each word from {@code base}, the high bit of each octet that is a change. */
    private final long[] marks;

    private byte[] octets = {};
    private int end;
    private int base;
    /** How many words are marked, in whole groups, and the end of the group that was found last among them. */
    private int words;

    private int word;

    /**
     * @param marks room for those of a stretch, in whole groups: enough for the loop to pay, little enough to stay in
     *     the nearest cache
     */
    WhitespaceScanner(long[] marks) {
        this.marks = marks;
    }

    /**
     * Begins with a piece.
     *
     * @param to what is behind it is no change, but the octet there is looked at, to tell of the one before it
     */
    void begin(byte[] piece, int from, int to) {
        octets = piece;
        base = from;
        end = to;
        word = 0;
        words = 0;
    }

    /**
     * Goes on to the next octets among which there are changes: spaces with another octet up to U+0020 behind them,
     * tabs, and the control characters below those, which it would take longer to tell apart than to pass over.
     * Elsewhere white space stays as it is.
     *
     * @return whether there are such octets
     */
    boolean advance() {
        while (true) {
            if (skipUnchanged()) {
                return true;
            }
            if (base + words * Long.BYTES >= end) {
                return false;
            }
            markStretch(base + words * Long.BYTES);
        }
    }

    private boolean skipUnchanged() {
        long[] of = marks;
        int at = word;
        int to = words;
        while (at < to) {
            long any =
                    of[at] | of[at + 1] | of[at + 2] | of[at + 3] | of[at + 4] | of[at + 5] | of[at + 6] | of[at + 7];
            at += GROUP;
            if (any != 0) {
                word = at;
                return true;
            }
        }
        return false;
    }

    /** The index of the first of those octets. */
    int first() {
        return base + (word - GROUP) * Long.BYTES;
    }

    /** A bit for each of those octets that is a change, the lowest for the first. */
    long changes() {
        long bits = 0;
        for (int i = 0; i < GROUP; i++) {
            bits |= (((marks[word - GROUP + i] >>> 7) * GATHER) >>> 56) << (i * Byte.SIZE);
        }
        return bits;
    }

    private void markStretch(int from) {
        base = from;
        word = 0;
        words = Math.min(marks.length, (end - from) / Long.BYTES);
        mark(octets, from, words, marks);
        if (words < marks.length) {
            markRest(from + words * Long.BYTES);
        }
    }

    /** The octets that are not a word, and no marks behind them in their group. */
    private void markRest(int from) {
        int last = words;
        words = (words + GROUP) / GROUP * GROUP;
        Arrays.fill(marks, last, words, 0);
        for (int i = from; i < end; i++) {
            if (isChange(i)) {
                marks[last] |= 0x80L << ((i - from) * Byte.SIZE);
            }
        }
    }

    // Static, with nothing but arrays and numbers, and without a way out of the loop: else it is no vector loop.
    private static void mark(byte[] octets, int from, int words, long[] marks) {
        for (int i = 0; i < words; i++) {
            int at = from + i * Long.BYTES;
            // Each word is compared with the octets behind its own, of which the last is in the next word.
            marks[i] = changes((long) WORDS.get(octets, at), (long) WORDS.get(octets, at + 1));
        }
    }

    /** Has the high bit of each octet that is a change, and no other. */
    private static long changes(long word, long next) {
        long low = word & LOW_BITS;
        long noSpace = (low ^ SPACES) + LOW_BITS;
        long content = (next & LOW_BITS) + ABOVE_SPACE;
        long aboveTab = low + ABOVE_TAB;
        return ~(((noSpace | content | next) & aboveTab) | word) & HIGH_BITS;
    }

    private boolean isChange(int at) {
        byte octet = octets[at];
        return (octet <= '\t' && octet >= 0) || (octet == ' ' && octets[at + 1] <= ' ' && octets[at + 1] >= 0);
    }
}

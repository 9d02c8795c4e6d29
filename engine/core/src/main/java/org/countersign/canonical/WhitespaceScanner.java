package org.countersign.canonical;

import java.util.Arrays;
import org.countersign.syntax.Swar;

/**
 * Finds the octets that relaxed body canonicalization may have to change. It first marks a stretch of octets, eight at a time,
 * in a loop without branches, which the compiler turns into vector instructions. Then it reads the marks in groups of 64
 * octets. For one thread.
 */
final class WhitespaceScanner {
    /** Words in a group: the marks of 64 octets fit into one more word. */
    static final int GROUP = 8;

    private static final long SPACES = Swar.repeat(' ');
    private static final long ABOVE_SPACE = Swar.carryFrom(' ' + 1);
    private static final long ABOVE_TAB = Swar.carryFrom('\t' + 1);

    private static final byte[] NOTHING = {};

    /** For each word from {@code base} on, the high bit of each octet that may change. */
    private final long[] marks;

    private byte[] octets = NOTHING;
    private int end;
    private int base;
    /** How many words are marked, in whole groups. */
    private int words;
    /** The end of the group that was found last. */
    private int word;

    /**
     * @param marks for the marks of one stretch, in whole groups: long enough for the loop to pay, short enough to stay in the
     *     level 1 cache
     */
    WhitespaceScanner(long[] marks) {
        this.marks = marks;
    }

    /**
     * Begins with a piece.
     *
     * @param to end of the octets that are reported; the octet at this index is read too, because the one before it depends on
     *     it
     */
    void begin(byte[] piece, int from, int to) {
        octets = piece;
        base = from;
        end = to;
        word = 0;
        words = 0;
    }

    /**
     * Advances to the next group with an octet that may change. These are tabs, spaces before an octet up to U+0020, and the
     * control characters below a tab, which are cheaper to report than to distinguish. All other white space stays as it is.
     * After the last group the piece is not retained, because a message may wait long with the buffer of a connection.
     *
     * @return whether there is such a group
     */
    boolean advance() {
        while (true) {
            if (skipUnchanged()) {
                return true;
            }
            if (base + words * Long.BYTES >= end) {
                octets = NOTHING;
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

    /** The index of the first octet of the group. */
    int first() {
        return base + (word - GROUP) * Long.BYTES;
    }

    /** One bit for each octet of the group that may change, the lowest for the first octet. */
    long changes() {
        long bits = 0;
        for (int i = 0; i < GROUP; i++) {
            bits |= Swar.gather(marks[word - GROUP + i]) << (i * Byte.SIZE);
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

    /** Marks the octets that do not fill a word, and clears the other marks of their group. */
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

    // Static, with arrays and numbers only and without an early exit: otherwise the compiler does not vectorize it.
    private static void mark(byte[] octets, int from, int words, long[] marks) {
        for (int i = 0; i < words; i++) {
            int at = from + i * Long.BYTES;
            // Each octet is compared with the next one, and the last of a word with the first of the next word.
            marks[i] = changes(Swar.read(octets, at), Swar.read(octets, at + 1));
        }
    }

    /** The high bit of each octet that may change. */
    private static long changes(long word, long next) {
        long low = word & Swar.LOW_BITS;
        long noSpace = (low ^ SPACES) + Swar.LOW_BITS;
        long content = (next & Swar.LOW_BITS) + ABOVE_SPACE;
        long aboveTab = low + ABOVE_TAB;
        return ~(((noSpace | content | next) & aboveTab) | word) & Swar.HIGH_BITS;
    }

    private boolean isChange(int at) {
        byte octet = octets[at];
        return (octet <= '\t' && octet >= 0) || (octet == ' ' && octets[at + 1] <= ' ' && octets[at + 1] >= 0);
    }
}

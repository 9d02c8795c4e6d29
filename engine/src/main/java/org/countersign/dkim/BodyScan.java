package org.countersign.dkim;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Finds where relaxed canonicalization may have to change something. What is ahead is marked a stretch at a time,
 * eight octets in each step of a loop without branches, of which the compiler makes vector instructions where the
 * processor has them; the marks are then gone through. Not for several threads at once.
 */
final class BodyScan {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** How many words are marked at a time: enough for the loop to pay, little enough to stay in the nearest cache. */
    private static final int STRETCH = 128;

    // In each of the eight octets of a word.
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long LOW_BITS = ~HIGH_BITS;
    private static final long TABS = 0x0909090909090909L;
    private static final long SPACES = 0x2020202020202020L;
    /** Added to an octet below 128, it carries into the high bit exactly for those above U+0020. */
    private static final long ABOVE_SPACE = 0x5F5F5F5F5F5F5F5FL;

    private static final long[] NO_MARKS = new long[STRETCH];

    /** For each word from {@code base}, the high bit of each octet that is a change. */
    private final long[] marks = new long[STRETCH];

    private byte[] octets = {};
    private int end;
    private int base;
    /** Where the marks end. */
    private int limit;

    /** Begins with a piece; what is behind {@code to} is not looked at. */
    void begin(byte[] piece, int from, int to) {
        octets = piece;
        base = from;
        limit = from;
        end = to;
    }

    /**
     * The index of the first octet from {@code from} that is a tab, or a space with another octet up to U+0020
     * behind it in the piece; the piece's end where there is none. Between those, white space stays as it is.
     *
     * @param from no less than at the call before
     */
    int next(int from) {
        int at = from;
        while (true) {
            if (at < limit) {
                int found = marked(at);
                if (found < limit) {
                    return found;
                }
                at = limit;
            }
            // Each word is compared with the octets behind its own, of which the last is in the next word.
            int words = Math.min(STRETCH, (end - at - 1) / Long.BYTES);
            if (words <= 0) {
                return nextOfFew(at);
            }
            base = at;
            limit = at + words * Long.BYTES;
            if (!mark(octets, at, words, marks)) {
                at = limit;
            }
        }
    }

    /** The first change within the marks from an index, or where the marks end. */
    private int marked(int from) {
        int word = (from - base) / Long.BYTES;
        int words = (limit - base) / Long.BYTES;
        long changes = marks[word] & (-1L << ((from - base) % Long.BYTES * Byte.SIZE));
        if (changes == 0) {
            int ahead = Arrays.mismatch(marks, word + 1, words, NO_MARKS, word + 1, words);
            if (ahead < 0) {
                return limit;
            }
            word += 1 + ahead;
            changes = marks[word];
        }
        return base + word * Long.BYTES + Long.numberOfTrailingZeros(changes) / Byte.SIZE;
    }

    // Static, with nothing but arrays and numbers, and without a way out of the loop: else it is no vector loop.
    private static boolean mark(byte[] octets, int from, int words, long[] marks) {
        long any = 0;
        for (int i = 0; i < words; i++) {
            int at = from + i * Long.BYTES;
            long changes = changes((long) WORDS.get(octets, at), (long) WORDS.get(octets, at + 1));
            marks[i] = changes;
            any |= changes;
        }
        return any != 0;
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

    private int nextOfFew(int from) {
        int at = from;
        while (at < end && !isChange(at)) {
            at++;
        }
        return at;
    }

    private boolean isChange(int at) {
        byte octet = octets[at];
        return octet == '\t' || (octet == ' ' && at + 1 < end && octets[at + 1] <= ' ' && octets[at + 1] >= 0);
    }
}

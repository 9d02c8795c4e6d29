package org.countersign.canonical;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.countersign.syntax.Ascii;

/** The relaxed header canonicalization (RFC 6376 §3.4.2), eight octets at a time where nothing changes. */
final class RelaxedHeader {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    // In each of the eight octets of a word.
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long LOW_BITS = ~HIGH_BITS;
    private static final long SPACES = 0x2020202020202020L;
    /** Added to an octet below 128, each carries into the high bit exactly for those from, or above, U+0020. */
    private static final long FROM_SPACE = 0x6060606060606060L;

    private static final long ABOVE_SPACE = 0x5F5F5F5F5F5F5F5FL;

    private RelaxedHeader() {}

    /**
     * Makes a field canonical where it stands, since that only ever takes octets away.
     *
     * @param octets name, colon and value, folds as CRLF, without the CRLF at its end, from {@code start} to {@code end}
     * @return the index behind its last octet then
     */
    static int inPlace(byte[] octets, int start, int end) {
        int colon = start;
        while (colon < end && octets[colon] != ':') {
            octets[colon] = (byte) Ascii.lower(octets[colon]);
            colon++;
        }
        int to = colon;
        while (to > start && Ascii.isWsp(octets[to - 1])) {
            to--;
        }
        if (colon < end) {
            octets[to++] = ':';
            to = value(octets, colon + 1, end, to);
        }
        return to;
    }

    /** Moves a value to {@code target}, which is no further back, without what is not canonical. */
    private static int value(byte[] octets, int from, int end, int target) {
        int to = target;
        boolean space = false;
        for (int i = from; i < end; i++) {
            byte octet = octets[i];
            if (Ascii.isWsp(octet)) {
                space = true;
            } else if (octet == '\r' && i + 1 < end && octets[i + 1] == '\n') {
                // A fold; a CR or LF by itself is an octet like any other.
                i++;
            } else {
                if (space && to > target) {
                    octets[to++] = ' ';
                }
                space = false;
                octets[to++] = octet;
                int canonical = moveCanonical(octets, i + 1, end, to);
                i += canonical;
                to += canonical;
            }
        }
        return to;
    }

    /**
     * Moves whole words to {@code target} until one has, or ends before, something that is not canonical, and what
     * comes before the next white space then.
     */
    private static int moveCanonical(byte[] octets, int from, int end, int target) {
        int at = from;
        // Each octet is looked at together with the one behind it.
        while (at < end - Long.BYTES) {
            long word = (long) WORDS.get(octets, at);
            if (!isCanonical(word, (long) WORDS.get(octets, at + 1))) {
                break;
            }
            WORDS.set(octets, target + at - from, word);
            at += Long.BYTES;
        }
        while (at < end - 1 && (octets[at] > ' ' || (octets[at] == ' ' && octets[at + 1] > ' '))) {
            octets[target + at - from] = octets[at];
            at++;
        }
        return at - from;
    }

    /** Whether the word has no control characters, and no space in front of one or of a space. */
    private static boolean isCanonical(long word, long next) {
        long printing = ((word & LOW_BITS) + FROM_SPACE) | word;
        long fromSpace = word ^ SPACES;
        long noSpace = ((fromSpace & LOW_BITS) + LOW_BITS) | fromSpace;
        long content = ((next & LOW_BITS) + ABOVE_SPACE) | next;
        return (printing & (noSpace | content) & HIGH_BITS) == HIGH_BITS;
    }
}

package org.countersign.canonical;

import org.countersign.syntax.Ascii;
import org.countersign.syntax.Swar;

/** The relaxed header canonicalization (RFC 6376 §3.4.2), eight octets at a time while nothing changes. */
final class RelaxedHeader {
    private static final long SPACES = Swar.repeat(' ');
    private static final long FROM_SPACE = Swar.carryFrom(' ');
    private static final long ABOVE_SPACE = Swar.carryFrom(' ' + 1);

    private RelaxedHeader() {}

    /**
     * Makes a field canonical in place, which is possible because canonicalization only removes octets.
     *
     * @param octets name, colon and value, folds as CRLF, without the CRLF at its end, from {@code start} to {@code end}
     * @return the end of the canonical field
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

    /** Moves a canonical form of a value to {@code target}, which is at or before its start; returns the end. */
    private static int value(byte[] octets, int from, int end, int target) {
        int to = target;
        boolean space = false;
        for (int i = from; i < end; i++) {
            byte octet = octets[i];
            if (Ascii.isWsp(octet)) {
                space = true;
            } else if (octet == '\r' && i + 1 < end && octets[i + 1] == '\n') {
                // A fold; a bare CR or LF is content.
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
     * Moves octets to {@code target} while they are canonical: first whole words, then the octets up to the next change.
     *
     * @return how many were moved
     */
    private static int moveCanonical(byte[] octets, int from, int end, int target) {
        int at = from;
        // Each octet is examined together with the next one.
        while (at < end - Long.BYTES) {
            long word = Swar.read(octets, at);
            if (!isCanonical(word, Swar.read(octets, at + 1))) {
                break;
            }
            Swar.write(octets, target + at - from, word);
            at += Long.BYTES;
        }
        while (at < end - 1 && (octets[at] > ' ' || (octets[at] == ' ' && octets[at + 1] > ' '))) {
            octets[target + at - from] = octets[at];
            at++;
        }
        return at - from;
    }

    /** Whether the word has no control character and no space before a control character or another space. */
    private static boolean isCanonical(long word, long next) {
        long printing = ((word & Swar.LOW_BITS) + FROM_SPACE) | word;
        long fromSpace = word ^ SPACES;
        long noSpace = ((fromSpace & Swar.LOW_BITS) + Swar.LOW_BITS) | fromSpace;
        long content = ((next & Swar.LOW_BITS) + ABOVE_SPACE) | next;
        return (printing & (noSpace | content) & Swar.HIGH_BITS) == Swar.HIGH_BITS;
    }
}

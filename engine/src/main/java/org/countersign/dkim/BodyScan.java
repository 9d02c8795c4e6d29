package org.countersign.dkim;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds where relaxed canonicalization has to look closely, eight octets at a time where it can. */
final class BodyScan {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    // In each of the eight octets of a word.
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long LOW_BITS = ~HIGH_BITS;
    private static final long TABS = 0x0909090909090909L;
    /** Added to an octet below 128, it carries into the high bit exactly for those above U+0020. */
    private static final long ABOVE_SPACE = 0x5F5F5F5F5F5F5F5FL;

    private BodyScan() {}

    /**
     * The index of the first octet from {@code from} that may belong to a gap which canonicalization
     * changes: white space or a CR, unless it is one space or CR by itself with content behind it, which
     * stays as it is.
     */
    static int endOfContent(byte[] octets, int from, int end) {
        int at = skipContent(octets, from, end);
        while (at < end) {
            byte octet = octets[at];
            if (isAboveSpace(octet)) {
                at++;
            } else if (octet == ' ' || octet == '\r') {
                if (at + 1 >= end || !isAboveSpace(octets[at + 1])) {
                    return at;
                }
                at += 2;
            } else if (octet == '\t') {
                return at;
            } else {
                at++;
            }
            at = skipContent(octets, at, end);
        }
        return end;
    }

    /** Skips words in which nothing can be a gap: no tab, and no two octets up to U+0020 side by side. */
    private static int skipContent(byte[] octets, int from, int end) {
        int at = from;
        while (at + Long.BYTES <= end) {
            long word = (long) WORDS.get(octets, at);
            long upToSpace = ~(((word & LOW_BITS) + ABOVE_SPACE) | word) & HIGH_BITS;
            long fromTab = word ^ TABS;
            long tabs = ~(((fromTab & LOW_BITS) + LOW_BITS) | fromTab) & HIGH_BITS;
            long stops = (upToSpace & (upToSpace >>> Byte.SIZE)) | tabs;
            if (stops != 0) {
                return at + Long.numberOfTrailingZeros(stops) / Byte.SIZE;
            }
            // The neighbor of the last octet is in the next word.
            at += upToSpace < 0 ? Long.BYTES - 1 : Long.BYTES;
        }
        return at;
    }

    /** Above U+0020, octets of 128 and more included, which are negative here. */
    private static boolean isAboveSpace(byte octet) {
        return octet > ' ' || octet < 0;
    }
}

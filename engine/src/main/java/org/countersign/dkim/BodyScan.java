package org.countersign.dkim;

/** Finds where relaxed canonicalization has to look closely. */
final class BodyScan {
    private BodyScan() {}

    /**
     * The index of the first octet from {@code from} that may belong to a gap which canonicalization
     * changes: white space or a CR, unless it is one space or CR by itself with content behind it, which
     * stays as it is.
     */
    static int endOfContent(byte[] octets, int from, int end) {
        int at = from;
        while (at < end) {
            byte octet = octets[at];
            if (isBeyondSpace(octet)) {
                at++;
            } else if (octet == ' ' || octet == '\r') {
                if (at + 1 >= end || !isBeyondSpace(octets[at + 1])) {
                    return at;
                }
                at += 2;
            } else if (octet == '\t') {
                return at;
            } else {
                at++;
            }
        }
        return end;
    }

    /** Above U+0020, octets of 128 and more included, which are negative here. */
    private static boolean isBeyondSpace(byte octet) {
        return octet > ' ' || octet < 0;
    }
}

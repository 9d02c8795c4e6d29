package org.countersign.reports.receive;

import java.time.Duration;

/**
 * What one message or file may cost (RFC 9990 §8.1). Senders of reports are strangers.
 *
 * @param message octets of a message
 * @param parts MIME parts that are looked at, those of messages inside included
 * @param depth how deep MIME parts are nested, messages inside included
 * @param compressed octets of a gzip or ZIP file
 * @param unpacked octets of a report after unpacking
 * @param ratio how many octets one compressed octet may become, beyond the first MiB
 * @param members members of a ZIP file that are looked at
 * @param time for one message or file
 */
record ReceiveLimits(
        int message, int parts, int depth, int compressed, int unpacked, int ratio, int members, Duration time) {
    private static final int MIB = 1 << 20;

    static final ReceiveLimits DEFAULT =
            new ReceiveLimits(25 * MIB, 50, 10, 10 * MIB, 32 * MIB, 200, 10, Duration.ofSeconds(10));

    /** Octets that any compressed file may become, whatever the ratio. */
    static final int FREE = MIB;

    ReceiveLimits withUnpacked(int octets) {
        return new ReceiveLimits(message, parts, depth, compressed, octets, ratio, members, time);
    }
}

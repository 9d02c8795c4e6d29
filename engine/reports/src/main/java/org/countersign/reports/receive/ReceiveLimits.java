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
    // The message, its parts, what is unpacked and its rows are in memory at once, and are copied as they grow. An
    // exhausted
    // heap ends the service, which would read the same message first when it starts again.
    private static final int HEAP_SHARE = 16;
    private static final int MAX_SHARE = 256;
    private static final int OCTETS_OF_A_ROW = 128;
    private static final int OF_HEAP = ofHeap(Runtime.getRuntime().maxMemory());

    static final ReceiveLimits DEFAULT = new ReceiveLimits(
                    Math.min(25 * MIB, OF_HEAP), 50, 10, 10 * MIB, 32 * MIB, 200, 10, Duration.ofSeconds(10))
            .withUnpacked(32 * MIB);

    /** Octets that any compressed file may become, whatever the ratio. */
    static final int FREE = MIB;

    /** A sixteenth of a heap, in whole MiB. */
    static int ofHeap(long heap) {
        return Math.clamp((heap / MIB + HEAP_SHARE / 2) / HEAP_SHARE, 1, MAX_SHARE) * MIB;
    }

    /** With another size of a report, but no larger than the heap allows. */
    ReceiveLimits withUnpacked(long octets) {
        return new ReceiveLimits(
                message, parts, depth, compressed, (int) Math.min(octets, OF_HEAP), ratio, members, time);
    }

    /** How many rows a report may have. */
    int rows(int max) {
        return Math.min(max, OF_HEAP / OCTETS_OF_A_ROW);
    }
}

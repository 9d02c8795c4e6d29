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
    // exhausted heap ends the service.
    static final int HEAP_SHARE = 16;
    private static final int MAX_SHARE = 256;
    static final int OCTETS_OF_A_ROW = 128;
    static final int MAX_MESSAGE = 25 * MIB;
    private static final int OF_HEAP = ofHeap(Runtime.getRuntime().maxMemory());

    static final ReceiveLimits DEFAULT = new ReceiveLimits(
                    Math.min(MAX_MESSAGE, OF_HEAP), 50, 10, 10 * MIB, 32 * MIB, 200, 10, Duration.ofSeconds(10))
            .withUnpacked(32 * MIB);

    /** Octets that any compressed file may become, whatever the ratio. */
    private static final int FREE = MIB;

    /** How many octets a library may read into its buffer before the content begins. */
    static final int BUFFER = 8192;

    /** A sixteenth of a heap, in whole MiB. */
    static int ofHeap(long heap) {
        return Math.clamp((heap / MIB + HEAP_SHARE / 2) / HEAP_SHARE, 1, MAX_SHARE) * MIB;
    }

    /** With another size of a report, but no larger than the heap allows. */
    ReceiveLimits withUnpacked(long octets) {
        return new ReceiveLimits(
                message, parts, depth, compressed, (int) Math.min(octets, OF_HEAP), ratio, members, time);
    }

    /** Whether so few compressed octets may not become so many. */
    boolean exceedsRatio(long unpackedOctets, long compressedOctets) {
        return unpackedOctets > FREE && unpackedOctets > ratio * (compressedOctets + BUFFER);
    }

    /** Why something is refused that has more octets than a bound: because of the heap, or of a setting. */
    static String tooLarge(int bound, String setting) {
        String text = "more than " + (bound >> 20) + " MiB";
        return bound == OF_HEAP
                ? text + ", a sixteenth of the heap: give the process a larger one (-Xmx)"
                : text + setting;
    }

    /** How many rows a report may have. */
    int rows(int max) {
        return Math.min(max, OF_HEAP / OCTETS_OF_A_ROW);
    }
}

package org.countersign.reports.view;

/**
 * How much of what reporters wrote a view keeps in memory. Any authenticated reporter can name as many sources as it likes, and
 * the process that shows them also judges mail.
 *
 * @param sources the sources of one domain that are known, and the most values that are read for a list
 */
record ViewLimits(int sources) {
    /** The limits of this process. */
    static final ViewLimits OF_THIS_HEAP = ofHeap(Runtime.getRuntime().maxMemory());

    // A source with its names takes about 600 octets; two views at once then take a sixth of a small heap.
    private static final int HEAP_OF_A_SOURCE = 8_192;
    private static final int MAX_SOURCES = 100_000;

    static ViewLimits ofHeap(long octets) {
        return new ViewLimits(Math.clamp(octets / HEAP_OF_A_SOURCE, 1_000, MAX_SOURCES));
    }
}

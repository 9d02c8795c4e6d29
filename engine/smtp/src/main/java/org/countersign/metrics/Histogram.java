package org.countersign.metrics;

/** Counts durations by their length. Safe for use by many threads at once. */
public interface Histogram {
    /** A histogram that nobody reads. */
    Histogram NONE = nanos -> {};

    /**
     * Counts a duration. Neither waits nor allocates memory.
     *
     * @param nanos in nanoseconds; a negative one, as from a clock that was set back, counts as zero
     */
    void record(long nanos);
}

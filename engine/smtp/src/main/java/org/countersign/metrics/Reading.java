package org.countersign.metrics;

import java.util.List;

/**
 * One value of a metric at the moment when it was read.
 *
 * @param labels distinguish this value from others of the metric; none if it has only one
 */
public record Reading(Metric metric, List<Label> labels, Value value) {
    public Reading {
        labels = List.copyOf(labels);
    }

    /** What was read. */
    public sealed interface Value {}

    /** The value of a counter or of a gauge. */
    public record Amount(long amount) implements Value {}

    /**
     * The value of a histogram.
     *
     * @param counts the number of durations in each range: up to the first of {@link #BOUNDS}, then from each bound to the
     *     next, and at last above the last bound
     * @param sumNanos the total of all durations, in nanoseconds
     */
    public record Durations(List<Long> counts, long sumNanos) implements Value {
        /** The bounds of the lengths in nanoseconds, ascending: 0.1 ms to 30 s, and 5 minutes for slow senders. */
        public static final List<Long> BOUNDS = List.of(
                100_000L,
                250_000L,
                500_000L,
                1_000_000L,
                2_500_000L,
                5_000_000L,
                10_000_000L,
                25_000_000L,
                50_000_000L,
                100_000_000L,
                250_000_000L,
                500_000_000L,
                1_000_000_000L,
                2_500_000_000L,
                5_000_000_000L,
                10_000_000_000L,
                30_000_000_000L,
                300_000_000_000L);

        public Durations {
            counts = List.copyOf(counts);
        }

        /** How many durations were counted. */
        public long count() {
            return counts.stream().mapToLong(Long::longValue).sum();
        }
    }
}

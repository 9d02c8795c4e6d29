package org.countersign.metrics;

import java.util.function.LongSupplier;

/** The registry of the metrics that components count. */
public interface Meter {
    /** A meter that discards all values. */
    Meter NONE = new Meter() {
        @Override
        public Counter counter(Metric metric, Label... labels) {
            return Counter.NONE;
        }

        @Override
        public void counter(Metric metric, LongSupplier value, Label... labels) {}

        @Override
        public Histogram histogram(Metric metric, Label... labels) {
            return Histogram.NONE;
        }

        @Override
        public void gauge(Metric metric, LongSupplier value, Label... labels) {}
    };

    /**
     * The counter of this metric and these labels, which is created on first use. The call costs a lookup, so a component
     * should get its counters once and keep them.
     *
     * @throws IllegalArgumentException if the metric is not a counter, or is read from elsewhere
     */
    Counter counter(Metric metric, Label... labels);

    /**
     * Registers a counter that a component counts by itself. One registered earlier with the same labels is replaced.
     *
     * @param value never decreases; called on any thread whenever somebody reads the metric; must be fast and must not
     *     throw
     * @throws IllegalArgumentException if the metric is not a counter
     */
    void counter(Metric metric, LongSupplier value, Label... labels);

    /**
     * The histogram of this metric and these labels, which is created on first use.
     *
     * @throws IllegalArgumentException if the metric is not a histogram
     */
    Histogram histogram(Metric metric, Label... labels);

    /**
     * Registers a value that can grow and shrink. One registered earlier with the same labels is replaced.
     *
     * @param value called on any thread whenever somebody reads the metric; must be fast and must not throw
     * @throws IllegalArgumentException if the metric is not a gauge
     */
    void gauge(Metric metric, LongSupplier value, Label... labels);
}

package org.countersign.metrics;

import java.util.function.LongSupplier;

/**
 * The registry of the metrics that components count. Names follow the conventions of Prometheus: snake case, the unit last, and
 * {@code _total} for counters.
 */
public interface Meter {
    /** A meter that discards all values. */
    Meter NONE = new Meter() {
        @Override
        public Counter counter(String name, Label... labels) {
            return Counter.NONE;
        }

        @Override
        public void gauge(String name, LongSupplier value) {}
    };

    /**
     * The counter of this name and these labels, which is created on first use. The call costs a lookup, so a component should get
     * its counters once and keep them.
     *
     * @throws IllegalArgumentException if the name is that of a gauge
     */
    Counter counter(String name, Label... labels);

    /**
     * Registers a value that can grow and shrink. A gauge registered earlier under the same name is replaced.
     *
     * @param value called on any thread whenever somebody reads the metric; must be fast and must not throw
     */
    void gauge(String name, LongSupplier value);
}

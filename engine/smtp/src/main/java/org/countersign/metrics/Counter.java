package org.countersign.metrics;

/** A number that only grows. Safe for use by many threads at once. */
public interface Counter {
    /** A counter that nobody reads. */
    Counter NONE = amount -> {};

    /**
     * Adds an amount.
     *
     * @param amount zero or more
     */
    void add(long amount);

    /** Adds one. */
    default void increment() {
        add(1);
    }
}

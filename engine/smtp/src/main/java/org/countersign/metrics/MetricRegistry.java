package org.countersign.metrics;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** Metrics in memory. Safe for use by many threads at once. */
public final class MetricRegistry implements Meter {
    private final ConcurrentMap<Metric, LongSupplier> metrics = new ConcurrentHashMap<>();

    private record Metric(String name, List<Label> labels) {}

    private static final class Sum implements Counter, LongSupplier {
        private final LongAdder adder = new LongAdder();

        @Override
        public void add(long amount) {
            adder.add(amount);
        }

        @Override
        public long getAsLong() {
            return adder.sum();
        }
    }

    @Override
    public Counter counter(String name, Label... labels) {
        if (metrics.computeIfAbsent(new Metric(name, List.of(labels)), unused -> new Sum()) instanceof Sum sum) {
            return sum;
        }
        throw new IllegalArgumentException("the metric " + name + " is a gauge, not a counter");
    }

    @Override
    public void gauge(String name, LongSupplier value) {
        metrics.put(new Metric(name, List.of()), value);
    }

    /**
     * The current value of a metric; zero if no component has registered it. Values are read one after another, so that
     * under load they need not match each other exactly.
     */
    public long value(String name, Label... labels) {
        LongSupplier metric = metrics.get(new Metric(name, List.of(labels)));
        return metric == null ? 0 : metric.getAsLong();
    }
}

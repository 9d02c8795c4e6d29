package org.countersign.metrics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** Metrics in memory. Safe for use by many threads at once. */
public final class MetricRegistry implements Meter {
    private static final Comparator<Reading> ORDER = Comparator.comparing(
                    (Reading reading) -> reading.metric().name())
            .thenComparing(reading -> String.valueOf(reading.labels()));

    private final ConcurrentMap<Series, Source> all = new ConcurrentHashMap<>();

    private record Series(Metric metric, List<Label> labels) {}

    /** Where a value is read from. */
    private sealed interface Source {
        Reading.Value read();
    }

    /** Counted here. */
    private record Sum(LongAdder adder) implements Source, Counter {
        @Override
        public void add(long amount) {
            adder.add(amount);
        }

        @Override
        public Reading.Value read() {
            return new Reading.Amount(adder.sum());
        }
    }

    /** Counted by the component. */
    private record Elsewhere(LongSupplier value) implements Source {
        @Override
        public Reading.Value read() {
            return new Reading.Amount(value.getAsLong());
        }
    }

    /** One element for each length, and the total of all durations after them. */
    private record Lengths(AtomicLongArray counts) implements Source, Histogram {
        private static final long[] BOUNDS =
                Reading.Durations.BOUNDS.stream().mapToLong(Long::longValue).toArray();
        private static final int TOTAL = BOUNDS.length + 1;

        Lengths() {
            this(new AtomicLongArray(TOTAL + 1));
        }

        @Override
        public void record(long nanos) {
            long length = Math.max(0, nanos);
            int index = 0;
            while (index < BOUNDS.length && length > BOUNDS[index]) {
                index++;
            }
            counts.getAndIncrement(index);
            counts.getAndAdd(TOTAL, length);
        }

        @Override
        public Reading.Value read() {
            List<Long> found = new ArrayList<>(TOTAL);
            for (int i = 0; i < TOTAL; i++) {
                found.add(counts.get(i));
            }
            return new Reading.Durations(found, counts.get(TOTAL));
        }
    }

    @Override
    public Counter counter(Metric metric, Label... labels) {
        metric.require(Metric.Kind.COUNTER);
        if (all.computeIfAbsent(series(metric, labels), unused -> new Sum(new LongAdder())) instanceof Sum sum) {
            return sum;
        }
        throw new IllegalArgumentException("the metric " + metric.name() + " is counted elsewhere");
    }

    @Override
    public void counter(Metric metric, LongSupplier value, Label... labels) {
        metric.require(Metric.Kind.COUNTER);
        all.put(series(metric, labels), new Elsewhere(value));
    }

    @Override
    public Histogram histogram(Metric metric, Label... labels) {
        metric.require(Metric.Kind.HISTOGRAM);
        if (all.computeIfAbsent(series(metric, labels), unused -> new Lengths()) instanceof Lengths lengths) {
            return lengths;
        }
        throw new IllegalStateException("the kind of a metric never changes");
    }

    @Override
    public void gauge(Metric metric, LongSupplier value, Label... labels) {
        metric.require(Metric.Kind.GAUGE);
        all.put(series(metric, labels), new Elsewhere(value));
    }

    private static Series series(Metric metric, Label... labels) {
        return new Series(metric, List.of(labels));
    }

    /** The current value of a counter or gauge with exactly these labels; zero if no component has registered it. */
    public long value(Metric metric, Label... labels) {
        Source source = all.get(series(metric, labels));
        return source != null && source.read() instanceof Reading.Amount(long amount) ? amount : 0;
    }

    /** The sum of a counter or gauge over all its labels. */
    public long total(Metric metric) {
        long total = 0;
        for (Map.Entry<Series, Source> entry : all.entrySet()) {
            if (entry.getKey().metric().equals(metric)
                    && entry.getValue().read() instanceof Reading.Amount(long amount)) {
                total += amount;
            }
        }
        return total;
    }

    /**
     * All current values, by the names of their metrics. They are read one after another, so that under load they need not
     * match each other exactly.
     */
    public List<Reading> readings() {
        List<Reading> found = new ArrayList<>();
        all.forEach((series, source) -> found.add(new Reading(series.metric(), series.labels(), source.read())));
        found.sort(ORDER);
        return found;
    }
}

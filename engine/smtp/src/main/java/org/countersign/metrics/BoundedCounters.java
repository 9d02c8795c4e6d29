package org.countersign.metrics;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The counters of one metric whose labels come from the configuration. The first ones have a counter each; all others
 * share one, whose labels have the value {@code other}. So neither a large configuration nor many reloads make the number
 * of metrics grow without limit. Safe for use by many threads at once.
 *
 * @param <K> distinguishes the counters
 */
public final class BoundedCounters<K> {
    private static final String OTHER = "other";

    private final Meter meter;
    private final Metric metric;
    private final int max;
    private final Counter others;
    private final ConcurrentMap<K, Counter> counters = new ConcurrentHashMap<>();

    /**
     * @param max the number of counters before the shared one
     * @param labels the names of the labels
     */
    public BoundedCounters(Meter meter, Metric metric, int max, List<String> labels) {
        this.meter = meter;
        this.metric = metric;
        this.max = max;
        this.others = meter.counter(
                metric, labels.stream().map(name -> new Label(name, OTHER)).toArray(Label[]::new));
    }

    /**
     * The counter of a key, or the shared one.
     *
     * @param key allocates nothing if it has a counter already
     * @param labels the labels of a new counter
     */
    public Counter of(K key, Labels<K> labels) {
        Counter known = counters.get(key);
        if (known != null) {
            return known;
        }
        return counters.size() < max
                ? counters.computeIfAbsent(key, added -> meter.counter(metric, labels.of(added)))
                : others;
    }

    /** Makes the labels of a counter from its key. */
    @FunctionalInterface
    public interface Labels<K> {
        /** In the order of their names. */
        Label[] of(K key);
    }
}

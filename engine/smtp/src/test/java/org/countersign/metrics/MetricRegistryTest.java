package org.countersign.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MetricRegistryTest {
    private static final Metric QUERIES = Metric.counter("queries_total", "Queries.");
    private static final Metric DECISIONS = Metric.counter("decisions_total", "Decisions by verdict.");
    private static final Metric OPEN = Metric.gauge("open_connections", "Open connections.");
    private static final Metric WAIT = Metric.histogram("wait_seconds", "Waiting time.");
    private static final Label REJECT = new Label("verdict", "reject");
    private static final Label ACCEPT = new Label("verdict", "accept");

    private final MetricRegistry registry = new MetricRegistry();

    @Test
    void aCounterStartsAtZeroAndAddsUp() {
        Counter counter = registry.counter(QUERIES);
        assertThat(registry.value(QUERIES)).isZero();
        counter.increment();
        counter.add(41);
        assertThat(registry.value(QUERIES)).isEqualTo(42);
    }

    @Test
    void aCounterOfTheSameMetricAndLabelsIsTheSameCounter() {
        registry.counter(DECISIONS, REJECT).increment();
        registry.counter(DECISIONS, REJECT).increment();
        assertThat(registry.value(DECISIONS, REJECT)).isEqualTo(2);
    }

    @Test
    void countersOfDifferentLabelsAreIndependentAndHaveATotal() {
        registry.counter(DECISIONS, REJECT).increment();
        registry.counter(DECISIONS, ACCEPT).add(2);
        assertThat(registry.value(DECISIONS, ACCEPT)).isEqualTo(2);
        assertThat(registry.value(DECISIONS)).isZero();
        assertThat(registry.total(DECISIONS)).isEqualTo(3);
    }

    @Test
    void aCounterMayBeCountedElsewhere() {
        AtomicLong refusals = new AtomicLong(5);
        registry.counter(QUERIES, refusals::get);
        refusals.incrementAndGet();
        assertThat(registry.value(QUERIES)).isEqualTo(6);
        assertThatIllegalArgumentException().isThrownBy(() -> registry.counter(QUERIES));
    }

    @Test
    void aGaugeIsEvaluatedWhenItsValueIsRead() {
        AtomicLong open = new AtomicLong(3);
        registry.gauge(OPEN, open::get);
        open.decrementAndGet();
        assertThat(registry.value(OPEN)).isEqualTo(2);
    }

    @Test
    void aGaugeReplacesAnEarlierOneOfItsNameAndLabels() {
        registry.gauge(OPEN, () -> 1, ACCEPT);
        registry.gauge(OPEN, () -> 2, ACCEPT);
        registry.gauge(OPEN, () -> 3, REJECT);
        assertThat(registry.value(OPEN, ACCEPT)).isEqualTo(2);
        assertThat(registry.value(OPEN, REJECT)).isEqualTo(3);
    }

    @Test
    void aMetricIsUsedAsWhatItWasDeclared() {
        assertThatIllegalArgumentException().isThrownBy(() -> registry.counter(OPEN));
        assertThatIllegalArgumentException().isThrownBy(() -> registry.gauge(QUERIES, () -> 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry.histogram(QUERIES))
                .withMessage("the metric queries_total is a counter, not a histogram");
    }

    @Test
    void aHistogramCountsDurationsUpToAndIncludingEachBound() {
        Histogram waits = registry.histogram(WAIT);
        List<Long> bounds = Reading.Durations.BOUNDS;
        bounds.forEach(waits::record);
        waits.record(bounds.getLast() + 1);
        waits.record(-1);
        Reading.Durations found =
                (Reading.Durations) registry.readings().getFirst().value();
        List<Long> expected = IntStream.rangeClosed(0, bounds.size())
                .mapToObj(i -> i == 0 ? 2L : 1L)
                .toList();
        assertThat(found.counts()).isEqualTo(expected);
        assertThat(found.count()).isEqualTo(bounds.size() + 2);
        assertThat(found.sumNanos())
                .isEqualTo(bounds.stream().mapToLong(Long::longValue).sum() + bounds.getLast() + 1);
        assertThat(bounds).isSorted();
    }

    @Test
    void readingsHaveEveryMetricInTheOrderOfNamesAndLabels() {
        registry.histogram(WAIT);
        registry.gauge(OPEN, () -> 7);
        registry.counter(DECISIONS, REJECT);
        registry.counter(DECISIONS, ACCEPT).increment();
        assertThat(registry.readings())
                .startsWith(
                        new Reading(DECISIONS, List.of(ACCEPT), new Reading.Amount(1)),
                        new Reading(DECISIONS, List.of(REJECT), new Reading.Amount(0)),
                        new Reading(OPEN, List.of(), new Reading.Amount(7)))
                .hasSize(4);
    }

    @Test
    void recordingAllocatesNoMemory() {
        Counter counter = registry.counter(QUERIES);
        Histogram waits = registry.histogram(WAIT);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = 0;
        // The first rounds load classes.
        for (int round = 0; round < 3; round++) {
            before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 10_000; i++) {
                counter.increment();
                waits.record(i * 1_000L);
            }
        }
        // The measurement itself may allocate a little; one object for each recording would be 160,000 bytes.
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1_000);
    }

    @Test
    void namesFollowTheConventionsOfPrometheus() {
        assertThatIllegalArgumentException().isThrownBy(() -> Metric.counter("queries", "Queries."));
        assertThatIllegalArgumentException().isThrownBy(() -> Metric.gauge("queries_total", "Queries."));
        assertThatIllegalArgumentException().isThrownBy(() -> Metric.histogram("wait_ms", "Waiting time."));
        assertThatIllegalArgumentException().isThrownBy(() -> Metric.gauge("open-connections", "Open."));
        assertThatIllegalArgumentException().isThrownBy(() -> Metric.gauge("4_queries", "Open."));
        assertThatIllegalArgumentException().isThrownBy(() -> Metric.gauge("", "Open."));
    }

    @Test
    void withoutARegistryNothingIsKept() {
        Meter.NONE.counter(QUERIES).increment();
        Meter.NONE.gauge(OPEN, () -> 1);
        Meter.NONE.histogram(WAIT).record(1);
        assertThat(Meter.NONE.counter(QUERIES)).isSameAs(Counter.NONE);
        assertThat(Meter.NONE.histogram(WAIT)).isSameAs(Histogram.NONE);
    }
}

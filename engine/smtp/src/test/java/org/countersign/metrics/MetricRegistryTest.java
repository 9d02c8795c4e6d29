package org.countersign.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MetricRegistryTest {
    private static final Label REJECT = new Label("verdict", "reject");
    private static final Label ACCEPT = new Label("verdict", "accept");

    private final MetricRegistry registry = new MetricRegistry();

    @Test
    void aCounterStartsAtZeroAndAddsUp() {
        Counter counter = registry.counter("queries_total");
        assertThat(registry.value("queries_total")).isZero();
        counter.increment();
        counter.add(41);
        assertThat(registry.value("queries_total")).isEqualTo(42);
    }

    @Test
    void aCounterOfTheSameNameAndLabelsIsTheSameCounter() {
        registry.counter("decisions_total", REJECT).increment();
        registry.counter("decisions_total", REJECT).increment();
        assertThat(registry.value("decisions_total", REJECT)).isEqualTo(2);
    }

    @Test
    void countersOfDifferentLabelsAreIndependent() {
        registry.counter("decisions_total", REJECT).increment();
        assertThat(registry.value("decisions_total", ACCEPT)).isZero();
        assertThat(registry.value("decisions_total")).isZero();
    }

    @Test
    void aGaugeIsEvaluatedWhenItsValueIsRead() {
        AtomicLong open = new AtomicLong(3);
        registry.gauge("open_connections", open::get);
        open.decrementAndGet();
        assertThat(registry.value("open_connections")).isEqualTo(2);
    }

    @Test
    void aGaugeReplacesAnEarlierOneOfItsName() {
        registry.gauge("cache_entries", () -> 1);
        registry.gauge("cache_entries", () -> 2);
        assertThat(registry.value("cache_entries")).isEqualTo(2);
    }

    @Test
    void aGaugeIsNoCounter() {
        registry.gauge("cache_entries", () -> 1);
        assertThatIllegalArgumentException().isThrownBy(() -> registry.counter("cache_entries"));
    }

    @Test
    void withoutARegistryNothingIsKept() {
        Meter.NONE.counter("queries_total").increment();
        Meter.NONE.gauge("cache_entries", () -> 1);
        assertThat(Meter.NONE.counter("queries_total")).isSameAs(Counter.NONE);
    }
}

package org.countersign.milter.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecurringWarningTest {
    private final AtomicLong clock = new AtomicLong();
    private final RecurringWarning warning = new RecurringWarning(Duration.ofMinutes(10), clock::get);

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    /** The nanosecond clock can start anywhere and overflow. */
    @ParameterizedTest
    @ValueSource(longs = {0, -1, 1, Long.MAX_VALUE, Long.MIN_VALUE})
    void isDueAtOnceAndThenOncePerInterval(long origin) {
        clock.set(origin);
        assertThat(warning.isDue()).isTrue();
        assertThat(warning.isDue()).isFalse();
        pass(Duration.ofMinutes(9));
        assertThat(warning.isDue()).isFalse();
        pass(Duration.ofMinutes(2));
        assertThat(warning.isDue()).isTrue();
        assertThat(warning.isDue()).isFalse();
    }
}

package org.countersign.milter.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.countersign.metrics.MetricRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class InternalErrorsTest {
    private static final String LOGGER = "countersign.message";

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final InternalErrors errors = new InternalErrors(now::get);

    @Test
    void aSenderWhoRepeatsAnErrorCannotFillTheLog() {
        MetricRegistry metrics = new MetricRegistry();
        errors.register(metrics);
        try (LogCapture entries = LogCapture.of(LOGGER)) {
            for (int i = 0; i < 1000; i++) {
                errors.write("4XYZ", "tempfail", new IllegalStateException());
            }
            assertThat(entries.pairs("internal-error")).hasSize(InternalErrors.MAX_ENTRIES);
            now.set(Instant.EPOCH.plus(Duration.ofSeconds(61)));
            errors.write("later", "tempfail", new IllegalStateException());
            Map<String, String> last = entries.pairs("internal-error").getLast();
            assertThat(last).containsEntry("queue-id", "later").containsEntry("missing", "990");
        }
        assertThat(metrics.value(InternalErrors.ERRORS)).isEqualTo(1001);
    }

    @Test
    void theStackIsShortenedAndNamesTheErrorAndItsPlace() {
        try (LogCapture entries = LogCapture.of(LOGGER)) {
            errors.write("4XYZ", "tempfail", new IllegalStateException("x".repeat(100_000)));
            errors.write("4XYZ", "tempfail", new IllegalStateException("why"));
            assertThat(entries.pairs("internal-error").getFirst().get("stack"))
                    .hasSize(InternalErrors.MAX_STACK + 3)
                    .endsWith("...");
            assertThat(entries.pairs("internal-error").getLast().get("stack"))
                    .contains("IllegalStateException: why", "InternalErrorsTest");
        }
    }

    @Test
    void aLogThatFailsIsNoFurtherError() {
        Handler broken = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                throw new IllegalStateException("no log");
            }

            @Override
            public void flush() {
                // Nothing is buffered.
            }

            @Override
            public void close() {
                // There is nothing to close.
            }
        };
        Logger.getLogger(LOGGER).addHandler(broken);
        try {
            errors.write("4XYZ", "tempfail", new IllegalStateException());
        } finally {
            Logger.getLogger(LOGGER).removeHandler(broken);
        }
        MetricRegistry metrics = new MetricRegistry();
        errors.register(metrics);
        assertThat(metrics.value(InternalErrors.ERRORS)).isEqualTo(1);
    }
}

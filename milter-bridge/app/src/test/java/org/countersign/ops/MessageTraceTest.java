package org.countersign.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.countersign.config.Configuration;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.ParsedConfiguration;
import org.countersign.metrics.MetricRegistry;
import org.countersign.milter.filter.FinishedMessage;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;

class MessageTraceTest {
    private static Configuration configuration(String policy) {
        return ((ParsedConfiguration.Valid)
                        ConfigurationParser.parse("mx.yaml", Octets.utf8(policy), BridgeConfiguration.FRONT_END))
                .configuration();
    }

    /** Not even a call. */
    @Test
    void withoutDaysNothingIsOnThePathOfMail() {
        Consumer<FinishedMessage> log = message -> {};
        try (MessageTrace trace = MessageTrace.start(
                Optional.empty(),
                configuration("trace: { days: 0 }"),
                InstantSource.system(),
                event -> {},
                new MetricRegistry())) {
            assertThat(trace.isOn()).isFalse();
            assertThat(trace.after(log)).isSameAs(log);
        }
    }

    @Test
    void aRunningTraceKeepsItsSettings() {
        Configuration running = configuration("trace: { days: 14 }");
        assertThat(MessageTrace.waitingForRestart(running, configuration("{ trace: { days: 14 }, mode: enforce }")))
                .isEmpty();
        assertThat(MessageTrace.waitingForRestart(
                        running, configuration("{ trace: { days: 7 }, store: { file: other.db } }")))
                .isEqualTo(List.of("trace", "store"));
    }
}

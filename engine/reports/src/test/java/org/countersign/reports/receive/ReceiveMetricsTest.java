package org.countersign.reports.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.countersign.metrics.Label;
import org.countersign.metrics.MetricRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReceiveMetricsTest {
    private final MetricRegistry registry = new MetricRegistry();

    private long value(String result) {
        return registry.value(ReceiveMetrics.RECEIVED, new Label("result", result));
    }

    @Test
    void countsWhatBecameOfEachReport(@TempDir Path temp) throws Exception {
        ReceiveMetrics metrics = new ReceiveMetrics(registry);
        try (ReceiveFixture receiver = new ReceiveFixture(temp)) {
            byte[] report = ReportMail.xml("r1", "example.org", 3).getBytes(StandardCharsets.UTF_8);
            for (List<Outcome> outcomes : List.of(
                    receiver.file("one.xml", report),
                    receiver.file("two.xml", report),
                    receiver.file("three.xml", new byte[] {'x'}))) {
                outcomes.forEach(metrics::count);
            }
        }
        metrics.count(new Outcome.Refused("report", RefusalKind.NOT_ABOUT_US, "not about us"));
        metrics.count(new Outcome.Refused("report", RefusalKind.DAILY_LIMIT, "too many"));
        metrics.count(new Outcome.Returned("bounce"));
        metrics.count(new Outcome.LeftAlone("invoice", "a message"));

        assertThat(List.of("stored", "duplicate", "unusable", "not-about-us", "daily-limit", "returned"))
                .allSatisfy(result -> assertThat(value(result)).as(result).isEqualTo(1));
    }
}

package org.countersign.reports.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.countersign.metrics.Label;
import org.countersign.metrics.MetricRegistry;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReceiveMetricsTest {
    private final MetricRegistry registry = new MetricRegistry();

    private long value(String result) {
        return registry.value(ReceiveMetrics.RECEIVED, new Label("result", result));
    }

    @Test
    void whatOtherProcessesHaveStoredIsReadFromTheStore(@TempDir Path temp) throws Exception {
        try (ReceiveFixture receiver = new ReceiveFixture(temp)) {
            receiver.mail(new ReportMail()
                    .results("mx.example.org", "pass", "receiver.example")
                    .report(ReportMail.xml("r1", "example.org", 3)));
            receiver.mail(new ReportMail().report(ReportMail.xml("r2", "example.org", 3)));
            receiver.file("x.xml", new byte[] {'x'});
            ArrivalMetrics metrics = new ArrivalMetrics(registry, receiver.clock);
            assertThat(registry.value(ArrivalMetrics.LATEST)).isZero();
            long got = receiver.clock.instant().getEpochSecond();
            read(metrics, receiver);
            assertThat(registry.value(ArrivalMetrics.ARRIVED, new Label("authenticated", "yes")))
                    .isEqualTo(1);
            assertThat(registry.value(ArrivalMetrics.ARRIVED, new Label("authenticated", "no")))
                    .isEqualTo(1);
            assertThat(registry.value(ArrivalMetrics.REFUSED)).isEqualTo(1);
            assertThat(registry.value(ArrivalMetrics.LATEST)).isEqualTo(got);

            receiver.clock.advance(Duration.ofHours(25));
            read(metrics, receiver);
            assertThat(registry.value(ArrivalMetrics.ARRIVED, new Label("authenticated", "yes")))
                    .isZero();
            assertThat(registry.value(ArrivalMetrics.REFUSED)).isZero();
            assertThat(registry.value(ArrivalMetrics.LATEST)).isEqualTo(got);
        }
    }

    /** The service reads the store of a command only if there is something in it. */
    @Test
    void aRefusalAloneIsAnArrival(@TempDir Path temp) throws Exception {
        try (ReceiveFixture receiver = new ReceiveFixture(temp)) {
            assertThat(hasArrivals(receiver)).isFalse();
            receiver.file("x.xml", new byte[] {'x'});
            assertThat(hasArrivals(receiver)).isTrue();
        }
    }

    private static boolean hasArrivals(ReceiveFixture receiver) throws Exception {
        try (Store store = Store.openForWriting(receiver.location)) {
            return ArrivalMetrics.hasArrivals(store);
        }
    }

    /** Strangers can send a thousand a day, with 16 KiB of a header each. */
    @Test
    void failureReportsAreCountedWithoutTheirRows(@TempDir Path temp) throws Exception {
        try (Store store = Store.openForWriting(new StoreLocation.File(temp.resolve("store.db")));
                Statement statement = store.connection().createStatement();
                ResultSet plan =
                        statement.executeQuery("EXPLAIN QUERY PLAN SELECT sum(CASE WHEN auth IN ('pass') THEN 1"
                                + " ELSE 0 END) FROM received_failure WHERE got_at >= 1 AND reporter = 'a'")) {
            assertThat(plan.next()).isTrue();
            assertThat(plan.getString("detail")).contains("USING COVERING INDEX received_failure_got");
        }
    }

    private static void read(ArrivalMetrics metrics, ReceiveFixture receiver) throws StoreFailure {
        try (Store store = Store.openForReading(receiver.location)) {
            metrics.read(store);
        }
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

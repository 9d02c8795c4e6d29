package org.countersign.reports.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.countersign.reports.view.ReportStore.DOMAIN;
import static org.countersign.reports.view.ReportStore.TODAY;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.countersign.reports.view.WrittenReport.Row;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;
import org.countersign.testing.SharedPostgresql;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The sums of a day in both databases. */
class SourceDaysTest {
    @RegisterExtension
    static final SharedPostgresql POSTGRESQL = new SharedPostgresql();

    private static final Duration KEEP = Duration.ofDays(400);

    @Test
    void makesNoSumsOfDaysThatItWouldRemoveAgain(@TempDir Path directory) throws Exception {
        try (ReportStore store = new ReportStore(new StoreLocation.File(directory.resolve("late.db")))) {
            for (int days : List.of(401, 400)) {
                WrittenReport.of("receiver.example", "example.org", TODAY.minusDays(days))
                        .row(Row.of("192.0.2.1", 3))
                        .insert(store.store);
            }
            store.execute("UPDATE received_report SET got_at = "
                    + ReportStore.CLOCK.instant().minusSeconds(600).getEpochSecond());
            assertThat(store.days.update(KEEP)).isEqualTo(1);
            store.days.removeOld(KEEP);
            try (Statement statement = store.store.connection().createStatement();
                    ResultSet row = statement.executeQuery("SELECT min(day) FROM report_source_day")) {
                assertThat(row.getLong(1)).isEqualTo(TODAY.minusDays(400).toEpochDay());
            }
        }
    }

    @Test
    void removesWhatIsTooOld(@TempDir Path directory) throws Exception {
        try (ReportStore store = new ReportStore(new StoreLocation.File(directory.resolve("old.db")))) {
            for (int days : List.of(500, 401, 3)) {
                store.with(WrittenReport.of("receiver.example", "example.org", TODAY.minusDays(days))
                        .row(Row.of("192.0.2.1", 3).alignedDkim().dkim("pass", "example.org", "s1")));
                store.days.rebuild(DOMAIN, TODAY.minusDays(days).toEpochDay());
            }
            store.execute(
                    "INSERT INTO report_source_name (source_ip, name, until) VALUES ('192.0.2.9', 'x.example', 0)");
            store.days.removeOld(KEEP);
            for (String table : List.of("report_source_day", "report_source_fact", "report_source_built")) {
                try (Statement statement = store.store.connection().createStatement();
                        ResultSet row = statement.executeQuery("SELECT min(day), count(*) FROM " + table)) {
                    assertThat(row.next()).isTrue();
                    assertThat(row.getLong(1))
                            .as(table)
                            .isEqualTo(TODAY.minusDays(3).toEpochDay());
                }
            }
            try (Statement statement = store.store.connection().createStatement();
                    ResultSet row = statement.executeQuery("SELECT count(*) FROM report_source_name")) {
                assertThat(row.getLong(1)).isZero();
            }
        }
    }

    @Test
    void aStoreThatFailsIsReported(@TempDir Path directory) throws Exception {
        try (ReportStore store = new ReportStore(new StoreLocation.File(directory.resolve("broken.db")))) {
            store.with(WrittenReport.of("receiver.example", "example.org", TODAY.minusDays(3))
                    .row(Row.of("192.0.2.1", 3)));
            store.execute("DROP TABLE report_source_built");
            assertThatThrownBy(() -> store.days.update(KEEP)).isInstanceOf(StoreFailure.class);
        }
    }

    /** A location of an empty store. */
    private interface Location {
        StoreLocation create() throws Exception;
    }

    private static void countsOnce(Location location) throws Exception {
        try (ReportStore store = new ReportStore(location.create())) {
            WrittenReport report = WrittenReport.of("receiver.example", "example.org", TODAY.minusDays(3))
                    .row(Row.of("192.0.2.1", 3).alignedDkim().dkim("pass", "example.org", "s1"))
                    .row(Row.of("203.0.113.1", 2));
            store.with(report, report);
            assertThat(total(store)).isEqualTo(new Share(3, 5));
            // A late report of another reporter, and a corrected one of the first.
            store.with(
                    WrittenReport.of("other.example", "example.org", TODAY.minusDays(3))
                            .row(Row.of("203.0.113.1", 10)),
                    WrittenReport.of("receiver.example", "example.org", TODAY.minusDays(3))
                            .row(Row.of("192.0.2.1", 4).alignedDkim().dkim("pass", "example.org", "s1")));
            assertThat(total(store)).isEqualTo(new Share(4, 14));
            seesItself(store);
            readsAllViews(store);
        }
    }

    private static Share total(ReportStore store) throws StoreFailure {
        try (ReportViews views = store.views()) {
            return views.history(DOMAIN, views.lastDays(30)).total().share();
        }
    }

    /** What this system saw is counted for the last days, kept later, and not counted again by our own report. */
    private static void seesItself(ReportStore store) throws SQLException, StoreFailure {
        long today = TODAY.toEpochDay();
        store.execute("INSERT INTO report_policy (policy_id, bucket, domain, method, record, p, sp, np, adkim, aspf,"
                + " fo, testing, remarks, first_day) VALUES ('k', 1, 'example.org', '', '', 'none', '', '', '', '', '',"
                + " '', '', " + today + ")");
        if (store.store.isFile()) {
            seen(store, today);
        } else {
            store.execute("CREATE TABLE report_row_test PARTITION OF report_row FOR VALUES FROM (" + (today - 30)
                    + ") TO (" + (today + 1) + ")");
            seen(store, today);
        }
        store.days.rebuild(DOMAIN, today);
        assertThat(total(store)).isEqualTo(new Share(6, 21));
        store.with(WrittenReport.of("example.org", "example.org", TODAY).row(Row.of("192.0.2.1", 100)));
        assertThat(total(store)).isEqualTo(new Share(6, 21));
        store.execute("DELETE FROM report_row");
        store.days.rebuild(DOMAIN, today - 3);
        assertThat(total(store)).as("days of long ago are kept").isEqualTo(new Share(6, 21));
    }

    private static void seen(ReportStore store, long today) throws SQLException {
        store.execute(
                "INSERT INTO report_row (day, bucket, policy_id, row_key, messages, triggers, source_ip, disposition,"
                        + " aligned, reasons, header_from, envelope_from, envelope_to, auth) VALUES (" + today
                        + ", 1, 'k', 'a', 2, 0, '198.51.100.1', 0, 1, '', 'example.org', 'bounce.esp.example', '',"
                        + " 'dkim pass example.org s7\ndkim pass esp.example x\nspf pass bounce.esp.example'), ("
                        + today
                        + ", 1, 'k', 'b', 5, 0, '203.0.113.9', 0, 0, 'local_policy', 'example.org', NULL, '', 'spf"
                        + " fail example.org')");
    }

    private static void readsAllViews(ReportStore store) throws StoreFailure {
        try (ReportViews views = store.views()) {
            ViewPeriod period = views.lastDays(30);
            assertThat(views.overview(period).domains())
                    .singleElement()
                    .satisfies(domain -> assertThat(domain.policy()).isEqualTo("p=none"));
            assertThat(views.sources(DOMAIN, period).sources())
                    .extracting(Sources.SourceSummary::name)
                    .contains("esp.example", "192.0.2.0/24");
            assertThat(views.source(DOMAIN, "esp.example", period).orElseThrow().signatures())
                    .extracting(Source.Value::text)
                    .containsExactly("esp.example x", "example.org s7");
            assertThat(views.selectors(DOMAIN, period, java.util.List.of(), java.util.Optional.empty())
                            .selectors())
                    .extracting(Selectors.Selector::selector)
                    .containsExactly("s1", "s7");
            assertThat(views.ready(DOMAIN, false).answer()).isNotNull();
            assertThat(views.others(period).domains()).isEmpty();
            assertThat(views.received(period).reporters()).hasSize(2);
            assertThat(views.refused(period).total()).isZero();
            assertThat(views.digest(period).domains()).hasSize(1);
            assertThat(views.sources(DOMAIN, new ViewPeriod(TODAY.minusDays(400), TODAY.minusDays(390), false))
                            .sources())
                    .isEmpty();
        }
    }

    @Nested
    class Sqlite {
        @TempDir
        private Path temp;

        @Test
        void countEachReportOnce() throws Exception {
            countsOnce(() -> new StoreLocation.File(temp.resolve("store.db")));
        }
    }

    @Nested
    class Postgresql {
        @Test
        void countEachReportOnce() throws Exception {
            countsOnce(() -> POSTGRESQL.newDatabase("counted_once"));
        }
    }
}

package org.countersign.reports.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.store.Store;
import org.countersign.store.StoreLocation;
import org.countersign.testing.SharedPostgresql;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class CountRetentionTest {
    private static final CollectSettings.Keep KEEP =
            new CollectSettings.Keep(Duration.ofDays(14), Duration.ofDays(400));
    private static final HostIdentity HOST = new HostIdentity("a".repeat(32), "b".repeat(32));
    private static final Instant FIRST = Instant.parse("2026-01-01T12:00:00Z");

    @RegisterExtension
    static final SharedPostgresql POSTGRESQL = new SharedPostgresql();

    @TempDir
    Path directory;

    /** Counts of one day: 300 policies with a row each, traffic and lost messages. */
    private static void fill(Store store, Instant time) throws Exception {
        BatchWriter batches = new BatchWriter(store, CollectStep.UNOBSERVED);
        batches.register(HOST, "host", time);
        int day = Days.of(time.getEpochSecond());
        List<CountedRow> rows = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            CollectedPolicy policy = RowWriterTest.policy("d" + i + (day % 2 == 0 ? ".example" : ".test"), "none", "");
            rows.add(new CountedRow(day, policy, RowWriterTest.row("192.0.2.1", Optional.empty()), 1, 1));
        }
        batches.write(
                new Segment(
                        HOST.id(),
                        day,
                        time.getEpochSecond(),
                        rows,
                        Map.of(new Segment.Traffic(day, 1, "pass", "accept", "default"), 1L),
                        Map.of(day, 1L)),
                HOST,
                time);
    }

    /** Both databases have the same statement for it. */
    private static void assertLate(StoreLocation location) throws Exception {
        Instant next = FIRST.plus(Duration.ofDays(1));
        int day = Days.of(FIRST.getEpochSecond());
        try (Store store = Store.openForWriting(location)) {
            BatchWriter batches = new BatchWriter(store, CollectStep.UNOBSERVED);
            batches.register(HOST, "host", FIRST);
            for (int i = 0; i < 4; i++) {
                if (i == 2) {
                    try (Statement plan = store.connection().createStatement()) {
                        plan.executeUpdate(
                                "INSERT INTO report_setting (name, content) VALUES ('planned-" + day + "', '')");
                    }
                    store.commit();
                }
                CountedRow row = new CountedRow(
                        day,
                        RowWriterTest.policy("d.example", "none", ""),
                        RowWriterTest.row("192.0.2.1", Optional.empty()),
                        10 + i,
                        1);
                Segment segment = new Segment(HOST.id(), 1000 + i, 0, List.of(row), Map.of(), Map.of());
                batches.write(segment, HOST, next);
                // The same one again.
                batches.write(segment, HOST, next);
            }
        }
        assertThat(CollectingHost.sum(
                        location, "SELECT CAST(content AS BIGINT) FROM report_setting WHERE name = 'late-" + day + "'"))
                .isEqualTo(12 + 13);
    }

    @Test
    void rowsThatComeAfterThePlanOfTheirDayAreCounted() throws Exception {
        assertLate(new StoreLocation.File(directory.resolve("late.db")));
    }

    private void assertRemoved(StoreLocation location) throws Exception {
        try (Store store = Store.openForWriting(location)) {
            fill(store, FIRST);
            fill(store, FIRST.plus(Duration.ofDays(1)));
            CountRetention retention = new CountRetention(store, KEEP);
            runAll(retention, FIRST.plus(Duration.ofDays(2)));
            assertCounts(location, 600, 600, 2, 2, 2, 1);
            // For an hour the clock is years ahead.
            retention.run(FIRST.plus(Duration.ofDays(4000)));
            retention.run(FIRST.plus(Duration.ofDays(4000).plusHours(1)));
            assertCounts(location, 600, 600, 2, 2, 2, 1);
            // The first day is too old, and its policies had no rows afterwards.
            runAll(retention, FIRST.plus(Duration.ofDays(15)));
            assertCounts(location, 300, 300, 1, 2, 2, 1);
            runAll(retention, FIRST.plus(Duration.ofDays(401)));
            assertCounts(location, 0, 0, 0, 1, 1, 1);
            runAll(retention, FIRST.plus(Duration.ofDays(402)));
            assertCounts(location, 0, 0, 0, 0, 0, 0);
        }
    }

    private static void runAll(CountRetention retention, Instant now) throws Exception {
        // A jump of the clock is believed after a day.
        retention.run(now.minus(Duration.ofDays(1)));
        int passes = 0;
        while (retention.run(now)) {
            assertThat(passes++).isLessThan(100);
        }
    }

    private static void assertCounts(
            StoreLocation location, long rows, long policies, long batches, long traffic, long lost, long hosts)
            throws Exception {
        List<Long> counts = new ArrayList<>();
        for (String table : List.of(
                "report_row", "report_policy", "report_batch", "report_traffic", "report_lost", "report_host")) {
            counts.add(CollectingHost.sum(location, "SELECT count(*) FROM " + table));
        }
        assertThat(counts).containsExactly(rows, policies, batches, traffic, lost, hosts);
    }

    @Test
    void eachTableIsKeptAsLongAsItIsSet() throws Exception {
        assertRemoved(new StoreLocation.File(directory.resolve("store.db")));
    }

    @Test
    void postgresqlDropsWholeDays() throws Exception {
        StoreLocation database = POSTGRESQL.newDatabase("kept");
        CollectingHost.sum(database, "SELECT 1");
        assertRemoved(database);
    }
}

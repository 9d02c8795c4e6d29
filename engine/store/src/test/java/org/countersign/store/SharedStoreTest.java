package org.countersign.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.countersign.testing.StoreQueries.number;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.countersign.store.StoreFailure.Reason;
import org.countersign.testing.PostgresqlInstance;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** A PostgreSQL database that several hosts use at the same time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(240)
class SharedStoreTest {
    private static final int DAY = 20_785;

    /** A version without the tables of reports. */
    private static final int EARLIER = 1;

    private PostgresqlInstance server;
    private StoreLocation.Database location;
    private int databases;

    @BeforeAll
    void startServer() throws Exception {
        server = PostgresqlInstance.start();
    }

    @AfterAll
    void stopServer() throws Exception {
        server.close();
    }

    @BeforeEach
    void createDatabase() throws Exception {
        location = server.newDatabase("shared" + databases++);
    }

    private static void execute(Store store, String sql) throws SQLException {
        try (Statement statement = store.connection().createStatement()) {
            statement.execute(sql);
        }
    }

    private static void insert(Store store, int day, int key) throws SQLException {
        try (PreparedStatement insert = store.connection()
                .prepareStatement(
                        "INSERT INTO report_row VALUES (?, 1, ?, ?, 1, 1, '192.0.2.1', 0, 0, '', 'a.example', NULL, '', '')")) {
            insert.setInt(1, day);
            insert.setBytes(2, new byte[16]);
            insert.setBytes(3, new byte[] {(byte) (key >> 16), (byte) (key >> 8), (byte) key});
            insert.executeUpdate();
        }
    }

    private StoreFailure failureOf(Store store, SqlAction action) {
        SQLException error = catchThrowableOfType(SQLException.class, action::run);
        store.rollback();
        return store.failure(error);
    }

    private interface SqlAction {
        void run() throws SQLException;
    }

    @Test
    void hostsCreateThePartitionOfADayTogether() throws Exception {
        int hosts = 6;
        CountDownLatch ready = new CountDownLatch(hosts);
        Callable<Long> host = () -> {
            ready.countDown();
            ready.await();
            try (Store store = Store.openForWriting(location)) {
                DayPartitions days = new DayPartitions(store, "report_row");
                for (int day = DAY; day < DAY + 8; day++) {
                    days.prepare(day);
                    insert(store, day, (int) Thread.currentThread().threadId());
                    store.commit();
                }
                return number(store, "SELECT count(*) FROM pg_inherits WHERE inhparent = 'report_row'::regclass");
            }
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(hosts)) {
            List<Future<Long>> partitions = new ArrayList<>();
            for (int i = 0; i < hosts; i++) {
                partitions.add(threads.submit(host));
            }
            for (Future<Long> each : partitions) {
                // The ninth is that of the day after the last.
                assertThat(each.get()).isEqualTo(9);
            }
        }
        try (Store store = Store.openForReading(location)) {
            assertThat(number(store, "SELECT count(*) FROM report_row")).isEqualTo(8L * hosts);
            assertThat(number(store, "SELECT count(*) FROM pg_class WHERE reloptions = '{fillfactor=90}'"))
                    .isEqualTo(9);
        }
    }

    @Test
    void oldDaysAreDroppedWhileOtherHostsWrite() throws Exception {
        try (Store store = Store.openForWriting(location);
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            DayPartitions days = new DayPartitions(store, "report_row");
            for (int day = DAY; day < DAY + 5; day++) {
                days.prepare(day);
                insert(store, day, 0);
                store.commit();
            }
            AtomicBoolean ended = new AtomicBoolean();
            CountDownLatch writing = new CountDownLatch(2);
            List<Future<Integer>> writers = new ArrayList<>();
            for (int writer = 1; writer <= 2; writer++) {
                int first = writer << 20;
                writers.add(threads.submit(() -> {
                    int written = 0;
                    try (Store other = Store.openForWriting(location)) {
                        while (!ended.get() || written == 0) {
                            insert(other, DAY + 4, first + ++written);
                            other.commit();
                            writing.countDown();
                        }
                    }
                    return written;
                }));
            }
            writing.await();
            // Where a host that writes is slow, a day is left for the next call.
            List<Integer> dropped = new ArrayList<>();
            while (dropped.size() < 3) {
                dropped.addAll(days.dropBefore(DAY + 3));
            }
            assertThat(dropped).containsExactly(DAY, DAY + 1, DAY + 2);
            assertThat(days.dropBefore(DAY + 3)).isEmpty();
            ended.set(true);
            int written = writers.get(0).get() + writers.get(1).get();
            assertThat(number(store, "SELECT count(*) FROM report_row")).isEqualTo(written + 2);
            store.commit();
            // A day that comes late gets its partition again.
            days.prepare(DAY);
            insert(store, DAY, 0);
            store.commit();
        }
    }

    @Test
    void aDayThatSomebodyReadsIsDroppedLater() throws Exception {
        try (Store store = Store.openForWriting(location);
                Store reader = Store.openForWriting(location)) {
            DayPartitions days = new DayPartitions(store, "report_row");
            days.prepare(DAY);
            assertThat(number(reader, "SELECT count(*) FROM report_row")).isZero();
            assertThat(days.dropBefore(DAY + 1)).isEmpty();
            reader.commit();
            assertThat(days.dropBefore(DAY + 1)).containsExactly(DAY);
        }
    }

    @Test
    void statementsOverADayMayTakeLonger() throws Exception {
        try (Store store = Store.openForWriting(location)) {
            int usual = store.connection().getNetworkTimeout();
            store.allowLongStatements();
            assertThat(store.connection().getNetworkTimeout())
                    .isGreaterThan(usual)
                    .isEqualTo(3_600_000);
        }
    }

    @Test
    void partitionsOfAnAdministratorAreLeftAlone() throws Exception {
        try (Store store = Store.openForWriting(location)) {
            execute(store, "CREATE TABLE report_row_archive PARTITION OF report_row FOR VALUES FROM (1) TO (100)");
            // As docs/scaling.md describes for a large site: the day is divided again.
            execute(
                    store,
                    "CREATE TABLE report_row_" + DAY + " PARTITION OF report_row FOR VALUES FROM (" + DAY + ") TO ("
                            + (DAY + 1) + ") PARTITION BY RANGE (bucket)");
            execute(
                    store,
                    "CREATE TABLE report_row_" + DAY + "_0 PARTITION OF report_row_" + DAY
                            + " FOR VALUES FROM (0) TO (256)");
            store.commit();
            DayPartitions days = new DayPartitions(store, "report_row");
            days.prepare(DAY);
            insert(store, DAY, 1);
            store.commit();
            assertThat(days.dropBefore(DAY + 1)).containsExactly(DAY);
            assertThat(number(store, "SELECT count(*) FROM pg_inherits WHERE inhparent = 'report_row'::regclass"))
                    .isEqualTo(2);
        }
    }

    @Test
    void aDatabaseOfAnEarlierVersionWaitsForItsAdministrator() throws Exception {
        try (Store old = Store.openForWriting(location)) {
            execute(old, "DELETE FROM version WHERE n > " + EARLIER);
            execute(old, "ALTER TABLE trace_message DROP COLUMN would_be");
            for (String table : tablesOfTheNextMigration()) {
                execute(old, "DROP TABLE " + table);
            }
            old.commit();
            String remedy = "install this version on all hosts, then run \"countersign store migrate\" on one of them";
            assertThatThrownBy(() -> Store.openForWriting(location).close())
                    .isInstanceOfSatisfying(
                            StoreFailure.class,
                            failure -> assertThat(failure.reason()).isEqualTo(Reason.OLDER))
                    .hasMessage(location + " was written by an earlier version of Countersign (store version " + EARLIER
                            + ", this program needs " + Migrations.LATEST + "): " + remedy);
            try (Store reader = Store.openForReading(location)) {
                // What is in the earlier version too can be read.
                assertThat(number(reader, "SELECT count(*) FROM trace_message")).isZero();
                assertThat(failureOf(reader, () -> number(reader, "SELECT count(*) FROM report_row")))
                        .hasMessageEndingWith(remedy)
                        .extracting(StoreFailure::reason)
                        .isEqualTo(Reason.OLDER);
            }
            assertThat(Store.migrate(location)).isEqualTo(new Store.Migration(EARLIER, Migrations.LATEST));
            assertThat(Store.migrate(location)).isEqualTo(new Store.Migration(Migrations.LATEST, Migrations.LATEST));
            // The connection of a host that had it open was ended; where it reconnects, it sees the version.
            assertThat(failureOf(old, () -> number(old, "SELECT 1")))
                    .extracting(StoreFailure::isTemporary)
                    .isEqualTo(true);
            Store.openForWriting(location).close();
        }
    }

    @Test
    void aMigrationMakesTheIndicesThatAnEarlierBuildLacked() throws Exception {
        try (Store store = Store.openForWriting(location)) {
            StoreIndices indices = new StoreIndices(store);
            Set<String> expected = indices.names();
            indices.becomeVersion2();
            assertThat(indices.names()).isNotEqualTo(expected);
            store.commit();
            assertThat(Store.migrate(location)).isEqualTo(new Store.Migration(2, Migrations.LATEST));
            try (Store migrated = Store.openForReading(location)) {
                assertThat(new StoreIndices(migrated).names()).isEqualTo(expected);
            }
        }
    }

    private static List<String> tablesOfTheNextMigration() throws Exception {
        try (var in = Store.class.getResourceAsStream("migration-" + (EARLIER + 1) + ".sql")) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("CREATE TABLE "))
                    .map(line -> line.substring("CREATE TABLE ".length(), line.indexOf(" (")))
                    .toList();
        }
    }

    @Test
    void whatEndsByItselfIsTemporary() throws Exception {
        try (Store one = Store.openForWriting(location);
                Store two = Store.openForWriting(location);
                Store watcher = Store.openForReading(location);
                ExecutorService thread = Executors.newSingleThreadExecutor()) {
            execute(one, "INSERT INTO report_lost VALUES (1, 'a', 1), (1, 'b', 1)");
            one.commit();
            // Each waits for the row of the other: a deadlock. A server looks for it once, after this time of waiting.
            execute(one, "SET deadlock_timeout = '20ms'; UPDATE report_lost SET messages = 2 WHERE host_id = 'a'");
            execute(two, "SET deadlock_timeout = '1h'; UPDATE report_lost SET messages = 2 WHERE host_id = 'b'");
            Future<?> other = thread.submit(() -> {
                execute(two, "UPDATE report_lost SET messages = 2 WHERE host_id = 'a'");
                two.commit();
                return 0;
            });
            while (number(watcher, "SELECT count(*) FROM pg_locks WHERE NOT granted") == 0) {
                Thread.onSpinWait();
            }
            assertTemporary(
                    failureOf(one, () -> execute(one, "UPDATE report_lost SET messages = 2 WHERE host_id = 'b'")),
                    "ended a transaction because of another one: ");
            other.get();
            // Both count up the same row, each on the basis of the same count.
            execute(one, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
            assertThat(number(one, "SELECT messages FROM report_lost WHERE host_id = 'a'"))
                    .isEqualTo(2);
            execute(two, "UPDATE report_lost SET messages = 3");
            two.commit();
            assertTemporary(
                    failureOf(one, () -> execute(one, "UPDATE report_lost SET messages = 4")),
                    "ended a transaction because of another one: ");
            execute(two, "ALTER DATABASE " + name() + " SET default_transaction_read_only = on");
            two.commit();
        }
        try (Store standby = Store.openForWriting(location)) {
            assertTemporary(
                    failureOf(standby, () -> execute(standby, "DELETE FROM report_lost")), "can only be read: ");
            // Of several servers, the one that can be written to is taken, and here there is none.
            StoreLocation.Database both = new StoreLocation.Database(
                    location.url().replace("//", "//127.0.0.1:1,"), location.user(), location.passwordFile());
            assertTemporary(
                    catchThrowableOfType(
                            StoreFailure.class, () -> Store.openForWriting(both).close()),
                    "does not answer: Could not find a server with specified targetServerType: primary");
            server.stopServer();
            assertTemporary(failureOf(standby, () -> number(standby, "SELECT 1")), "does not answer: ");
            server.startServer();
        }
        Store.openForWriting(location).close();
    }

    private String name() {
        return location.url().substring(location.url().lastIndexOf('/') + 1);
    }

    private static void assertTemporary(StoreFailure failure, String problem) {
        assertThat(failure).hasMessageContaining(" " + problem);
        assertThat(failure.isTemporary()).isTrue();
    }
}

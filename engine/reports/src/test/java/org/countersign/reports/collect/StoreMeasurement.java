package org.countersign.reports.collect;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.countersign.reports.document.Disposition;
import org.countersign.store.DayPartitions;
import org.countersign.store.Store;
import org.countersign.store.StoreLocation;

/**
 * Measures how fast a PostgreSQL store takes segments: a program for people, described in docs/scaling.md. The database must
 * be empty or a database of an earlier run.
 *
 * <pre>
 *   fill URL USER ROWS                 fills one day with rows, a third as many policies
 *   write URL USER HOSTS SEGMENTS ROWS PAUSE
 *                                      each host writes a segment every PAUSE milliseconds; 0: at full speed
 *   drop URL USER HOSTS                drops the day before, full of rows, while hosts write
 * </pre>
 */
final class StoreMeasurement {
    static final int DAY = 20_785;
    private static final int FILL_STEP = 1_000_000;
    // Of the rows of a segment, how many of 100 are new to the day. The rest is counted up.
    private static final int NEW_PERCENT = 50;

    private final StoreLocation location;

    /** What each host writes. */
    private record Load(int segments, int rows, long pauseMillis) {}

    private StoreMeasurement(StoreLocation location) {
        this.location = location;
    }

    /** Runs one measurement. */
    public static void main(String[] arguments) throws Exception {
        StoreMeasurement measurement = new StoreMeasurement(
                new StoreLocation.Database(arguments[1], Optional.of(arguments[2]), Optional.empty()));
        int number = Integer.parseInt(arguments[3]);
        switch (arguments[0]) {
            case "fill" -> measurement.fill(number);
            case "write" ->
                measurement.write(
                        number,
                        new Load(
                                Integer.parseInt(arguments[4]),
                                Integer.parseInt(arguments[5]),
                                Long.parseLong(arguments[6])),
                        DAY);
            case "drop" -> measurement.drop(number);
            default -> throw new IllegalArgumentException("fill, write or drop");
        }
    }

    /** Keys are random as those of real rows are, so that each insert changes another page of the index. */
    private void fill(int rows) throws Exception {
        try (Store store = Store.openForWriting(location);
                Statement statement = store.connection().createStatement()) {
            new DayPartitions(store, "report_row").prepare(DAY);
            int policies = Math.max(1, rows / 3);
            statement.execute(
                    "INSERT INTO report_policy (policy_id, bucket, domain, method, record, p, sp, np, adkim, aspf, fo,"
                            + " testing, remarks, first_day, last_day) SELECT id, get_byte(id, 0), 'domain-' || n ||"
                            + " '.example', 'treewalk', 'v=DMARC1; p=reject; rua=mailto:dmarc@domain-' || n ||"
                            + " '.example', 'reject', '', '', '', '', '', '', '', " + DAY + ", " + DAY
                            + " FROM (SELECT n, decode(md5('p' || n), 'hex') AS id FROM generate_series(1, "
                            + policies + ") AS n) AS made");
            store.commit();
            for (int from = 0; from < rows; from += FILL_STEP) {
                statement.execute(
                        "INSERT INTO report_row (day, bucket, policy_id, row_key, messages, triggers, source_ip,"
                                + " disposition, aligned, reasons, header_from, envelope_from, envelope_to, auth) SELECT "
                                + DAY + ", get_byte(id, 0), id, decode(md5('r' || n), 'hex'), 1, 1, '192.0.' || n % 256"
                                + " || '.' || n / 256 % 256, 1, 3, '', 'domain-' || p || '.example',"
                                + " 'bounces.domain-' || p || '.example', '', 'dkim pass domain-' || p || E'.example"
                                + " s2026\\nspf pass bounces.domain-' || p || '.example' FROM (SELECT n, n % "
                                + policies + " AS p, decode(md5('p' || (n % " + policies
                                + ")), 'hex') AS id FROM generate_series(" + from + ", "
                                + (Math.min(rows, from + FILL_STEP) - 1) + ") AS n) AS made");
                store.commit();
                System.out.println(Math.min(rows, from + FILL_STEP) + " rows");
            }
        }
    }

    private static CountedRow row(long number, int day) {
        long policy = number % 3_000_000;
        String domain = "measured-" + policy + ".example";
        return new CountedRow(
                day,
                new CollectedPolicy(
                        domain,
                        "treewalk",
                        "v=DMARC1; p=reject; rua=mailto:dmarc@" + domain,
                        "reject",
                        "",
                        "",
                        "",
                        "",
                        "",
                        "",
                        ""),
                new CollectedRow(
                        "198.51." + (number & 0xFF) + "." + (number >> 8 & 0xFF),
                        Disposition.PASS,
                        CollectedRow.DKIM_ALIGNED,
                        Long.toHexString(number >> 16),
                        domain,
                        Optional.of("bounces." + domain),
                        "",
                        "dkim pass " + domain + " s2026\nspf pass bounces." + domain),
                1,
                1);
    }

    /** Prints how long the transactions of segments take, and how many rows all hosts together write in a second. */
    private void write(int hosts, Load load, int day) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(hosts)) {
            long start = System.nanoTime();
            List<Future<long[]>> running = new ArrayList<>();
            for (int host = 0; host < hosts; host++) {
                int seed = host;
                running.add(threads.submit(() -> writeSegments(seed, load, day)));
            }
            List<Long> times = new ArrayList<>();
            for (Future<long[]> each : running) {
                Arrays.stream(each.get()).forEach(times::add);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            times.sort(null);
            System.out.printf(
                    "%d hosts, %d segments of %d rows: %.0f rows/s; a segment takes %.0f ms (p50), %.0f ms (p99), %.0f ms"
                            + " (max)%n",
                    hosts,
                    times.size(),
                    load.rows(),
                    times.size() * (double) load.rows() / seconds,
                    times.get(times.size() / 2) / 1e6,
                    times.get(times.size() * 99 / 100) / 1e6,
                    times.getLast() / 1e6);
        }
    }

    private long[] writeSegments(int host, Load load, int day) throws Exception {
        SplittableRandom random = new SplittableRandom(System.nanoTime() + host);
        long[] times = new long[load.segments()];
        try (Store store = Store.openForWriting(location)) {
            RowWriter writer = new RowWriter(store);
            writer.prepareDay(day);
            String id = "measured-" + host + "-" + Long.toHexString(random.nextLong());
            execute(store.connection(), "INSERT INTO report_host VALUES ('" + id + "', 'n', 'host', 0, 0)");
            store.commit();
            for (int segment = 0; segment < load.segments(); segment++) {
                Set<Long> numbers = new HashSet<>();
                while (numbers.size() < load.rows()) {
                    // Half of all hosts' rows come from a common set, which is in the day before long.
                    boolean fresh = random.nextInt(100) < NEW_PERCENT;
                    numbers.add(fresh ? random.nextLong(1L << 40) : random.nextLong(400_000));
                }
                List<CountedRow> counted =
                        numbers.stream().map(each -> row(each, day)).toList();
                long start = System.nanoTime();
                execute(
                        store.connection(),
                        "UPDATE report_host SET seen_at = 1, through = 1 WHERE host_id = '" + id + "' AND nonce = 'n'");
                try (PreparedStatement batch = store.connection()
                        .prepareStatement(
                                "INSERT INTO report_batch VALUES (?, ?, 0, ?, ?, 0) ON CONFLICT DO NOTHING")) {
                    batch.setString(1, id);
                    batch.setLong(2, segment);
                    batch.setInt(3, day);
                    batch.setLong(4, load.rows());
                    batch.executeUpdate();
                }
                writer.write(counted);
                store.commit();
                times[segment] = System.nanoTime() - start;
                Thread.sleep(Math.max(0, load.pauseMillis() - times[segment] / 1_000_000));
            }
        }
        return times;
    }

    private void drop(int hosts) throws Exception {
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                Store store = Store.openForWriting(location)) {
            DayPartitions days = new DayPartitions(store, "report_row");
            days.prepare(DAY + 1);
            Future<?> writing = threads.submit(() -> {
                write(hosts, new Load(20, 5_000, 0), DAY + 1);
                return 0;
            });
            // Until the first segments are there.
            while (number(store, "SELECT count(*) FROM report_row WHERE day = " + (DAY + 1)) == 0) {
                store.commit();
                Thread.sleep(100);
            }
            store.commit();
            int tries = 0;
            long start = System.nanoTime();
            while (days.dropBefore(DAY + 1).isEmpty()) {
                tries++;
            }
            System.out.printf(
                    "dropped in %.0f ms, %d times later because of a lock%n", (System.nanoTime() - start) / 1e6, tries);
            writing.get();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long number(Store store, String query) throws SQLException {
        try (Statement statement = store.connection().createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }
}

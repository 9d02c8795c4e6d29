package org.countersign.reports.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.testing.StoreQueries.number;
import static org.countersign.testing.StoreQueries.numbers;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.countersign.store.Store;
import org.countersign.store.StoreLocation;
import org.countersign.testing.PostgresqlInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several hosts count into one PostgreSQL database, while the database, the hosts and the network between them are killed at
 * random. The promise: each segment that has its name in the spool is counted exactly once.
 *
 * <p>Runs for {@value #SECONDS} seconds, or as many as the system property {@value #PROPERTY} says. The choices depend on a
 * seed, their timing does not.
 */
class SeveralHostsTest {
    private static final String PROPERTY = "countersign.hosts.seconds";
    private static final int SECONDS = 12;
    private static final int HOSTS = 3;
    private static final long SEED = Long.getLong("countersign.hosts.seed", 20_261_128);
    private static final Duration KEEP = Duration.ofDays(14);

    @TempDir
    private Path temp;

    private final AtomicInteger kills = new AtomicInteger();
    // Begins with the hosts: the database may start slowly.
    private volatile long end;

    /** For the time given, and on a machine that stood still meanwhile until a host was killed. */
    private boolean isRunning() {
        return System.nanoTime() < end || kills.get() == 0;
    }

    private static RandomGenerator random(int number) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(SEED + number);
    }

    @Test
    void eachSegmentIsCountedOnceWhateverIsKilled() throws Exception {
        try (PostgresqlInstance server = PostgresqlInstance.start();
                CuttableProxy network = new CuttableProxy(server.port());
                ExecutorService threads = Executors.newFixedThreadPool(HOSTS)) {
            StoreLocation.Database direct = server.location("trace");
            Store.openForWriting(direct).close();
            StoreLocation.Database location = new StoreLocation.Database(
                    "jdbc:postgresql://127.0.0.1:" + network.port() + "/trace?socketTimeout=1",
                    direct.user(),
                    direct.passwordFile());
            end = System.nanoTime() + Integer.getInteger(PROPERTY, SECONDS) * 1_000_000_000L;
            List<Host> hosts = new ArrayList<>();
            List<Future<?>> running = new ArrayList<>();
            for (int number = 0; number < HOSTS; number++) {
                Host host = new Host(number, location);
                hosts.add(host);
                Callable<?> lives = () -> {
                    host.run();
                    return 0;
                };
                running.add(threads.submit(lives));
            }
            int failures = new StoreOutages(
                            server, network, random(-1), Duration.ofMillis(500), Duration.ofMillis(1_500))
                    .run(this::isRunning);
            for (Future<?> each : running) {
                each.get();
            }
            Map<String, Long> expected = new TreeMap<>();
            hosts.forEach(host -> host.sent.forEach((row, count) -> expected.merge(row, count, Long::sum)));
            long messages =
                    expected.values().stream().mapToLong(Long::longValue).sum();
            try (Store store = Store.openForReading(direct)) {
                assertThat(counts(store)).isEqualTo(expected);
                assertThat(number(store, "SELECT sum(messages) FROM report_batch"))
                        .isEqualTo(messages);
                assertThat(number(store, "SELECT sum(messages) FROM report_traffic"))
                        .isEqualTo(messages);
                assertThat(number(store, "SELECT count(*) FROM report_lost")).isZero();
            }
            System.out.println(messages + " messages in "
                    + hosts.stream().mapToInt(host -> host.segments).sum() + " segments; " + kills + " hosts, "
                    + failures + " times the database or the network killed");
            assertThat(messages).isPositive();
            assertThat(kills.get()).isPositive();
            assertThat(failures).isPositive();
        }
    }

    /** Ends a life at once. No handler of the program catches it. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;

        Killed() {
            super("killed", null, false, false);
        }
    }

    /** A host that lives many times. Its disk survives. */
    private final class Host {
        private final int number;
        private final StoreLocation location;
        private final RandomGenerator random;
        private final Map<String, Long> sent = new TreeMap<>();
        private List<CountedRow> adding = List.of();
        private int segments;

        Host(int number, StoreLocation location) {
            this.number = number;
            this.location = location;
            this.random = random(number);
        }

        void run() throws IOException, InterruptedException {
            boolean isDone = false;
            while (!isDone) {
                isDone = live();
            }
        }

        /** Lives until it is killed, or until the time is over and the spool is empty: then returns true. */
        private boolean live() throws IOException, InterruptedException {
            CollectLog log = new CollectLog(event -> {}, () -> 0);
            // Closing takes connection and lock away, as the system does when a process is killed.
            try (SpoolAccess access =
                            new SpoolAccess(temp.resolve("host" + number), 64 << 20, this::reached, open -> {});
                    SpoolFlusher flusher = new SpoolFlusher(
                            access,
                            location,
                            new CollectSettings.Keep(KEEP, KEEP),
                            InstantSource.system(),
                            () -> "host" + number,
                            log,
                            this::reached)) {
                SpoolAccess.Open open = access.open().orElseThrow();
                while (isRunning() || open.spool().segments() > 0) {
                    if (isRunning()) {
                        open.spool().add(segment(open));
                    }
                    Duration pause = flusher.run();
                    if (flusher.isFailing()) {
                        Thread.sleep(Math.min(20, pause.toMillis()));
                    }
                }
                return true;
            } catch (Killed end) {
                kills.incrementAndGet();
                return false;
            }
        }

        /** At each step the process may end. */
        private void reached(CollectStep step) {
            if (step == CollectStep.RENAMED) {
                segments++;
                adding.forEach(row -> sent.merge(name(row), row.messages(), Long::sum));
            }
            if (random.nextInt(40) == 0 && isRunning()) {
                throw new Killed();
            }
        }

        private Segment segment(SpoolAccess.Open open) {
            long now = Instant.now().getEpochSecond();
            Map<String, CountedRow> rows = new TreeMap<>();
            for (int i = random.nextInt(1, 40); i > 0; i--) {
                int policy = random.nextInt(20);
                CountedRow row = new CountedRow(
                        Days.of(now) - random.nextInt(2),
                        RowWriterTest.policy("d" + policy + ".example", "reject", "v=DMARC1; p=reject"),
                        RowWriterTest.row("192.0.2." + random.nextInt(9), Optional.empty()),
                        random.nextInt(1, 100),
                        1);
                rows.put(name(row), row);
            }
            adding = List.copyOf(rows.values());
            long messages = adding.stream().mapToLong(CountedRow::messages).sum();
            return new Segment(
                    open.host().id(),
                    HostIdentity.segmentNumber(),
                    now,
                    adding,
                    Map.of(new Segment.Traffic(Days.of(now), 0, "pass", "accept", "default"), messages),
                    Map.of());
        }
    }

    private static String name(CountedRow row) {
        return row.day() + " " + row.policy().domain() + " " + row.row().sourceIp();
    }

    private static Map<String, Long> counts(Store store) throws SQLException {
        return numbers(
                store,
                "SELECT r.day, p.domain, r.source_ip, r.messages FROM report_row r"
                        + " JOIN report_policy p ON p.bucket = r.bucket AND p.policy_id = r.policy_id");
    }
}

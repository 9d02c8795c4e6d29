package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.testing.StoreQueries.number;
import static org.countersign.testing.StoreQueries.numbers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.countersign.dns.StaticZone;
import org.countersign.milter.client.MilterClient;
import org.countersign.milter.client.MtaMessage;
import org.countersign.milter.client.MtaOffer;
import org.countersign.milter.client.MtaSession;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.reports.collect.CuttableProxy;
import org.countersign.reports.collect.StoreOutages;
import org.countersign.smtp.HeaderField;
import org.countersign.store.Store;
import org.countersign.store.StoreLocation;
import org.countersign.syntax.Octets;
import org.countersign.testing.PostgresqlInstance;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two services count into one PostgreSQL database, and are killed by SIGKILL while mail arrives. Each message has a client
 * of its own, so that the store tells which messages were counted. The promise of {@code docs/reports.md}: none is counted twice,
 * and of those that were answered a killed service loses only the last ones.
 *
 * <p>Each service is killed once here, and the database or the network once. {@code .ci/kill-bridges} kills them for minutes.
 */
class KilledBridgesIT {
    private static final int BRIDGES = 2;
    private static final long SEED = Long.getLong("kill.seed", 20_261_128);
    private static final int ENOUGH = 100;
    private static final Duration SHORT = Duration.ofMillis(500);

    private final double minutes = Double.parseDouble(System.getProperty("kill.minutes", "0"));
    private final boolean isLong = minutes > 0;
    // The time begins when every service has answered a message: databases and services may start slowly.
    private final CountDownLatch answering = new CountDownLatch(BRIDGES);
    private volatile OptionalLong end = OptionalLong.empty();

    @TempDir
    private Path temp;

    /** Whether the time is not over. Without one, each service lives until it is killed once. */
    private boolean isRunning() {
        return isLong && (end.isEmpty() || System.nanoTime() < end.getAsLong());
    }

    private static RandomGenerator random(int number) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(SEED + number);
    }

    @Test
    void eachMessageIsCountedOnceAndAKilledServiceLosesTheLastOnesOnly() throws Exception {
        try (PostgresqlInstance server = PostgresqlInstance.start();
                CuttableProxy network = new CuttableProxy(server.port());
                ZoneServer dns = ZoneServer.start(StaticZone.builder()
                        .txt("_dmarc.sender.example", "v=DMARC1; p=reject")
                        .build());
                ExecutorService threads = Executors.newCachedThreadPool()) {
            StoreLocation.Database direct = server.location("trace");
            Store.openForWriting(direct).close();
            List<Bridge> bridges = new ArrayList<>();
            List<Future<?>> running = new ArrayList<>();
            for (int number = 0; number < BRIDGES; number++) {
                Bridge bridge = new Bridge(number, policy(number, dns, network), threads);
                bridges.add(bridge);
                Callable<?> lives = () -> {
                    bridge.run();
                    return 0;
                };
                running.add(threads.submit(lives));
            }
            assertThat(answering.await(4, TimeUnit.MINUTES))
                    .as("every service answers")
                    .isTrue();
            end = OptionalLong.of(System.nanoTime() + (long) (minutes * TimeUnit.MINUTES.toNanos(1)));
            int failures = new StoreOutages(
                            server,
                            network,
                            random(-1),
                            isLong ? Duration.ofSeconds(5) : SHORT,
                            isLong ? Duration.ofSeconds(4) : SHORT)
                    .run(this::isRunning);
            for (Future<?> each : running) {
                each.get();
            }
            try (Store store = Store.openForReading(direct)) {
                check(bridges, counts(store), number(store, "SELECT sum(messages) FROM report_traffic"), failures);
                assertThat(number(store, "SELECT count(*) FROM report_lost")).isZero();
            }
        }
    }

    private Path policy(int number, ZoneServer dns, CuttableProxy network) throws IOException {
        Path directory = Files.createDirectory(temp.resolve("host" + number));
        return Files.writeString(
                directory.resolve("policy.yaml"), """
                mode: enforce
                listen: ["inet:127.0.0.1:0"]
                dns: { servers: ["127.0.0.1:%d"], timeout: 30s, deadline: 60s }
                store: { url: "jdbc:postgresql://127.0.0.1:%d/trace?socketTimeout=2", user: countersign }
                reports: { collect: true, spool: spool }
                """.formatted(dns.address().getPort(), network.port()));
    }

    private void check(List<Bridge> bridges, Map<String, Long> counts, long traffic, int failures) {
        long answered = 0;
        long lost = 0;
        long longest = 0;
        int kills = 0;
        Set<String> unanswered = new TreeSet<>();
        for (Bridge bridge : bridges) {
            unanswered.addAll(bridge.unanswered);
            for (Life life : bridge.lives) {
                kills += life.killed ? 1 : 0;
                answered += life.answered.size();
                int first = life.answered.size();
                while (first > 0 && !counts.containsKey(life.answered.get(first - 1))) {
                    first--;
                }
                // What came before the first one that is missing is all there.
                assertThat(life.answered.subList(0, first))
                        .allSatisfy(client -> assertThat(counts).containsEntry(client, 1L));
                if (first < life.answered.size()) {
                    assertThat(life.killed)
                            .as("nothing is lost at an ordinary end")
                            .isTrue();
                    lost += life.answered.size() - first;
                    longest = Math.max(longest, life.ended - life.at.get(first));
                }
                unanswered.removeAll(life.answered);
            }
        }
        long counted = counts.values().stream().mapToLong(Long::longValue).sum();
        Set<String> more = new TreeSet<>(counts.keySet());
        bridges.forEach(bridge -> bridge.lives.forEach(life -> more.removeAll(Set.copyOf(life.answered))));
        System.out.println(answered + " messages answered, " + lost + " of them not counted, all answered within "
                + Duration.ofNanos(longest).toMillis() + " ms before one of " + kills + " kills; " + more.size()
                + " of "
                + unanswered.size() + " unanswered ones counted; database or network killed " + failures + " times");
        assertThat(unanswered).containsAll(more);
        assertThat(counted).isEqualTo(answered - lost + more.size()).isPositive();
        assertThat(traffic).isEqualTo(counted);
        assertThat(kills).isGreaterThanOrEqualTo(BRIDGES);
        assertThat(failures).as("failures of database and network").isPositive();
    }

    /** The messages of each client. */
    private static Map<String, Long> counts(Store store) throws SQLException {
        return numbers(store, "SELECT source_ip, sum(messages) FROM report_row GROUP BY source_ip");
    }

    /** What one process answered, by the addresses of the clients, with the times. */
    private static final class Life {
        private final List<String> answered = new ArrayList<>();
        private final List<Long> at = new ArrayList<>();
        private volatile int size;
        private boolean killed;
        private long ended;
    }

    /** A service that lives several times. Its disk survives. */
    private final class Bridge {
        private final int number;
        private final Path policy;
        private final ExecutorService threads;
        private final RandomGenerator random;
        private final List<Life> lives = new ArrayList<>();
        private final Set<String> unanswered = new TreeSet<>();
        private int next;

        Bridge(int number, Path policy, ExecutorService threads) {
            this.number = number;
            this.policy = policy;
            this.threads = threads;
            this.random = random(number);
        }

        void run() throws Exception {
            do {
                live(true);
            } while (isRunning());
            live(false);
            // Until the spool is empty: the service stores what is left when it is started.
            while (segments() > 0) {
                try (ServiceProcess last = start()) {
                    last.signal("TERM").awaitExit();
                }
            }
        }

        private long segments() throws IOException {
            try (var files = Files.list(policy.resolveSibling("spool"))) {
                return files.filter(file -> file.toString().endsWith(".segment")
                                || file.toString().endsWith(".journal"))
                        .count();
            }
        }

        private ServiceProcess start() throws IOException, InterruptedException {
            return ServiceProcess.start(policy, policy.resolveSibling("log" + lives.size()));
        }

        private void live(boolean kill) throws Exception {
            Life life = new Life();
            try (ServiceProcess service = start()) {
                lives.add(life);
                ListenAddress address = service.address();
                Future<?> killer = threads.submit(() -> {
                    if (kill) {
                        awaitMoment(life);
                        life.killed = true;
                        service.process().destroyForcibly();
                    }
                });
                boolean isAlive = deliver(address, life);
                if (lives.size() == 1) {
                    answering.countDown();
                }
                while (isAlive && (kill || life.size < ENOUGH)) {
                    isAlive = deliver(address, life);
                }
                life.ended = System.nanoTime();
                killer.get();
                if (!kill) {
                    assertThat(service.signal("TERM").awaitExit()).isZero();
                }
            }
        }

        /** Some messages have to be in the journal: the shortest life would prove nothing. */
        private void awaitMoment(Life life) {
            Path journal = policy.resolveSibling("spool").resolve("counts.journal");
            while (!isLong && (answering.getCount() > 0 || !Files.exists(journal) || life.size < ENOUGH)) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(isLong ? 15_000 : 800)));
        }

        private boolean deliver(ListenAddress address, Life life) {
            int id = next++;
            String client = "20." + (number + BRIDGES * (id >> 16)) + "." + (id >> 8 & 0xFF) + "." + (id & 0xFF);
            try (MilterClient mta = MilterClient.connect(address, MtaOffer.ofPostfix())) {
                mta.greet(new MtaSession(
                        "mail.sender.example",
                        ClientAddress.parseIp(client, 25),
                        "mail.sender.example",
                        Map.of("j", "mx.receiver.example")));
                mta.deliver(new MtaMessage(
                        "x@sender.example",
                        List.of("bob@receiver.example"),
                        Map.of("i", "4XYZ" + id),
                        List.of(HeaderField.of("From", " x@sender.example")),
                        Octets.utf8("Hello\r\n")));
            } catch (IOException killed) {
                unanswered.add(client);
                return false;
            }
            life.at.add(System.nanoTime());
            life.answered.add(client);
            life.size = life.answered.size();
            return true;
        }
    }
}

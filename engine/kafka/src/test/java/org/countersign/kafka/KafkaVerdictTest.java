package org.countersign.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;
import org.countersign.metrics.Meter;
import org.countersign.reports.collect.BrokerClient;
import org.countersign.reports.collect.VerdictBroker;
import org.countersign.reports.collect.VerdictSink;
import org.countersign.service.FileFailure;
import org.countersign.service.log.EventLog;
import org.countersign.service.log.LogEvent;
import org.countersign.store.Store;
import org.countersign.store.StoreLocation;
import org.countersign.testing.PostgresqlInstance;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Events to a real broker, and from it into a store. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class KafkaVerdictTest {
    private static final long SEED = 20_261_128;
    private static final EventLog NO_LOG = event -> {};

    @TempDir
    private Path temp;

    // Kept, because the platform forgets the level of a logger that nobody refers to.
    private static final List<Logger> BROKER_LOGS = Stream.of("org.apache.kafka", "kafka", "state")
            .map(Logger::getLogger)
            .toList();

    private final Locale locale = Locale.getDefault();

    private KafkaClusterTestKit cluster;

    @BeforeAll
    void startBroker() throws Exception {
        // In Turkish, a broker that starts does not find its own constants: it writes their i in upper case with a dot.
        Locale.setDefault(Locale.ROOT);
        BROKER_LOGS.forEach(each -> each.setLevel(Level.OFF));
        TestKitNodes nodes = new TestKitNodes.Builder()
                .setNumControllerNodes(1)
                .setNumBrokerNodes(1)
                .build();
        cluster = new KafkaClusterTestKit.Builder(nodes)
                .setConfigProp("offsets.topic.num.partitions", "1")
                .setConfigProp("offsets.topic.replication.factor", "1")
                .setConfigProp("group.initial.rebalance.delay.ms", "0")
                .setConfigProp("group.min.session.timeout.ms", "1000")
                .setConfigProp("auto.create.topics.enable", "false")
                .build();
        cluster.format();
        cluster.startup();
        cluster.waitForReadyBrokers();
    }

    @AfterAll
    void stopBroker() throws Exception {
        Locale.setDefault(locale);
        cluster.close();
    }

    private BrokerClient settings(String topic, String servers) throws Exception {
        Path file = Files.writeString(
                temp.resolve(topic + ".properties"), "bootstrap.servers=" + servers + "\nretry.backoff.ms=50\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return new BrokerClient(file, topic);
    }

    private BrokerClient createTopic(String topic, int partitions) throws Exception {
        try (var admin = cluster.admin()) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                    .all()
                    .get();
        }
        return settings(topic, cluster.bootstrapServers());
    }

    private static KafkaVerdictSink open(BrokerClient settings) throws FileFailure {
        return open(settings, NO_LOG);
    }

    private static KafkaVerdictSink open(BrokerClient settings, EventLog log) throws FileFailure {
        VerdictSink sink = VerdictBroker.find()
                .orElseThrow()
                .open(settings, "mx1.example.org", InstantSource.fixed(Events.NOON), log, Meter.NONE);
        return (KafkaVerdictSink) sink;
    }

    private static void await(Condition condition) throws Exception {
        while (!condition.holds()) {
            Thread.sleep(20);
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    @Test
    void eventsAreCloudEventsInBinaryMode() throws Exception {
        BrokerClient settings = createTopic("events", 1);
        Instant start = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        try (KafkaVerdictSink sink = open(settings)) {
            sink.accept(Events.event(1));
            sink.accept(Events.uncounted());
            await(() -> sink.sent() == 2);
        }
        Properties properties = KafkaClientSettings.consumer(settings.properties());
        try (Consumer<byte[], byte[]> consumer = consumer(properties)) {
            TopicPartition partition = new TopicPartition("events", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            while (records.size() < 2) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            Map<String, String> first = headers(records.getFirst());
            assertThat(first)
                    .containsEntry("ce_specversion", "1.0")
                    .containsEntry("ce_type", "org.countersign.verdict.v1")
                    .containsEntry("ce_source", "/countersign/mx1.example.org")
                    .containsEntry("ce_time", "2026-11-28T12:00:00.001Z")
                    .containsEntry("content-type", "application/json");
            assertThat(headers(records.getLast())).doesNotContainEntry("ce_id", first.get("ce_id"));
            assertThat(VerdictEventCodec.decode(records.getFirst().value())).isEqualTo(Events.event(1));
            assertThat(Instant.ofEpochMilli(records.getFirst().timestamp()))
                    .as("the time of sending, by which a broker keeps what it knows about a producer")
                    .isAfterOrEqualTo(start);
            assertThat(new String(records.getFirst().key(), StandardCharsets.US_ASCII))
                    .isEqualTo("d1.example");
        }
    }

    private static Map<String, String> headers(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new TreeMap<>();
        record.headers()
                .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.US_ASCII)));
        return headers;
    }

    private static Consumer<byte[], byte[]> consumer(Properties properties) {
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Test
    void withoutABrokerEventsAreLostAndCountedAndNothingWaits() throws Exception {
        List<LogEvent> log = new CopyOnWriteArrayList<>();
        KafkaVerdictSink sink = open(settings("nowhere", "127.0.0.1:1"), log::add);
        for (int number = 0; number < 10_000; number++) {
            sink.accept(Events.event(number));
        }
        assertThat(sink.lost()).isPositive();
        sink.close();
        sink.accept(Events.event(0));
        assertThat(sink.sent()).isZero();
        assertThat(sink.lost()).isEqualTo(10_001);
        assertThat(log.stream().filter(event -> event.name().equals("events-lost")))
                .as("one warning in ten minutes")
                .hasSize(1);
    }

    @Test
    void wrongSettingsAreNamed() throws Exception {
        Path file = Files.writeString(temp.resolve("wrong.properties"), "acks=0\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(() -> open(new BrokerClient(file, "t")))
                .isInstanceOf(FileFailure.class)
                .hasMessage("reports.kafka.properties: " + file + " cannot be read: it has no line such as"
                        + " bootstrap.servers=kafka.example.org:9092");
        Files.writeString(file, "bootstrap.servers=127.0.0.1:1\ncompression.type=rar\n");
        assertThatThrownBy(() -> open(new BrokerClient(file, "t")))
                .isInstanceOf(FileFailure.class)
                .hasMessageContaining("rar");
    }

    @Test
    void aPartitionIsCountedByOneProcessOnly() throws Exception {
        StoreLocation location = new StoreLocation.File(temp.resolve("claims.db"));
        TopicPartition partition = new TopicPartition("t", 3);
        EventCounts counts = new EventCounts();
        counts.add(Events.event(1));
        try (Store store = Store.openForWriting(location);
                Store otherStore = Store.openForWriting(location)) {
            PartitionTable first = new PartitionTable(store, "first");
            PartitionTable second = new PartitionTable(otherStore, "second");
            assertThat(first.claim(partition, Events.NOON)).isEmpty();
            first.add(partition, 101, counts, 7, Events.NOON);
            assertThat(second.claim(partition, Events.NOON)).hasValue(101);
            assertThatThrownBy(() -> first.add(partition, 102, counts, 8, Events.NOON))
                    .isInstanceOf(PartitionTable.LostPartition.class);
            assertThatThrownBy(() -> first.idle(partition, 8, Events.NOON))
                    .isInstanceOf(PartitionTable.LostPartition.class);
            second.add(partition, 102, counts, 9, Events.NOON);
            assertThat(number(otherStore, "SELECT sum(messages) FROM report_row"))
                    .isEqualTo(2);
            assertThat(number(otherStore, "SELECT through FROM report_host")).isEqualTo(9);
        }
    }

    /**
     * Events are sent while the broker restarts, and two consumers count them. These are killed again and again: at any
     * point, and between the transaction and the commit of the offset.
     */
    @Test
    void eachAcknowledgedEventIsCountedOnceWhateverFails() throws Exception {
        int events = 6_000;
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        AtomicInteger kills = new AtomicInteger();
        BrokerClient settings = createTopic("verdicts", 3);
        try (PostgresqlInstance server = PostgresqlInstance.start();
                KafkaVerdictSink sink = open(settings)) {
            StoreLocation location = server.location("trace");
            Store.openForWriting(location).close();
            Properties properties = KafkaClientSettings.consumer(settings.properties());
            properties.setProperty("max.poll.records", "100");
            // A killed consumer does not say that it leaves.
            properties.setProperty("session.timeout.ms", "2000");
            properties.setProperty("heartbeat.interval.ms", "500");
            List<Thread> consumers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                consumers.add(start(properties, location, kills));
            }
            Map<String, Long> expected = new TreeMap<>();
            for (int number = 0; number < events; number++) {
                int waiting = number;
                // A burst would find no room; this test is about what the broker has accepted.
                await(() -> waiting - sink.sent() < 1_000);
                sink.accept(Events.event(number));
                expected.merge("d" + number % 17 + ".example 192.0.2." + number % 5 + " " + number % 2, 1L, Long::sum);
                if (number == events / 2) {
                    cluster.brokers().values().iterator().next().shutdown();
                    cluster.brokers().values().iterator().next().startup();
                }
                if (number % 600 == 599) {
                    int victim = random.nextInt(consumers.size());
                    consumers.get(victim).interrupt();
                    consumers.get(victim).join();
                    consumers.set(victim, start(properties, location, kills));
                    kills.incrementAndGet();
                }
            }
            await(() -> sink.sent() == events);
            assertThat(sink.lost()).isZero();
            try (Store store = Store.openForReading(location)) {
                await(() -> number(store, "SELECT sum(messages) FROM report_batch") >= events);
                assertThat(counts(store)).isEqualTo(expected);
                assertThat(number(store, "SELECT sum(messages) FROM report_traffic"))
                        .isEqualTo(events);
                assertThat(number(store, "SELECT sum(messages) FROM report_row"))
                        .isEqualTo(events);
                assertThat(number(store, "SELECT sum(triggers) FROM report_row"))
                        .isEqualTo(events - (events + 2) / 3);
            }
            for (Thread consumer : consumers) {
                consumer.interrupt();
                consumer.join();
            }
        }
        assertThat(kills.get()).isGreaterThan(10);
    }

    private Thread start(Properties properties, StoreLocation location, AtomicInteger kills) {
        VerdictConsumer consumer = new VerdictConsumer(
                () -> killedAtCommit(consumer(properties), kills),
                "verdicts",
                location,
                InstantSource.system(),
                Duration.ofMillis(50),
                new IntervalLog(NO_LOG, Instant::now));
        return Thread.ofPlatform().start(consumer::run);
    }

    /** A consumer that fails every third time when it is to commit offsets, after the counts are in the store. */
    @SuppressWarnings("unchecked")
    private static Consumer<byte[], byte[]> killedAtCommit(Consumer<byte[], byte[]> consumer, AtomicInteger kills) {
        AtomicInteger commits = new AtomicInteger();
        return (Consumer<byte[], byte[]>) Proxy.newProxyInstance(
                KafkaVerdictTest.class.getClassLoader(),
                new Class<?>[] {Consumer.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("commitSync") && commits.incrementAndGet() % 3 == 0) {
                        kills.incrementAndGet();
                        throw new KafkaException("killed before the commit of the offset");
                    }
                    try {
                        return method.invoke(consumer, arguments);
                    } catch (InvocationTargetException error) {
                        throw error.getCause();
                    }
                });
    }

    private static Map<String, Long> counts(Store store) throws SQLException {
        Map<String, Long> counts = new TreeMap<>();
        try (Statement statement = store.connection().createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT header_from, source_ip, envelope_from IS NULL, messages FROM report_row")) {
            while (rows.next()) {
                counts.merge(
                        rows.getString(1) + " " + rows.getString(2) + " " + (rows.getBoolean(3) ? 1 : 0),
                        rows.getLong(4),
                        Long::sum);
            }
        }
        return counts;
    }

    private static long number(Store store, String query) throws SQLException {
        try (Statement statement = store.connection().createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }
}

package org.countersign.kafka;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;

/**
 * Counts the events of a topic into a store. After any failure the connections to the broker and to the store are opened
 * again, and counting continues at the offset that the store has.
 */
final class VerdictConsumer {
    private static final Duration MAX_POLL = Duration.ofSeconds(1);
    private static final Duration MAX_COMMIT = Duration.ofSeconds(5);
    private static final Duration IDLE_NOTE = Duration.ofSeconds(30);
    // Longer than a producer tries to deliver an event, so that what comes later is rare.
    private static final Duration MAX_LATE = Duration.ofMinutes(5);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final String topic;
    private final StoreLocation location;
    private final InstantSource clock;
    private final Duration retry;
    private final IntervalLog log;
    private long malformed;
    private Instant nextIdleNote = Instant.MIN;

    VerdictConsumer(
            Supplier<Consumer<byte[], byte[]>> consumers,
            String topic,
            StoreLocation location,
            InstantSource clock,
            Duration retry,
            IntervalLog log) {
        this.consumers = consumers;
        this.topic = topic;
        this.location = location;
        this.clock = clock;
        this.retry = retry;
        this.log = log;
    }

    /** Counts until the thread is interrupted. */
    void run() {
        log.info("consuming", topic);
        while (!Thread.currentThread().isInterrupted()) {
            String problem = attempt();
            if (!Thread.currentThread().isInterrupted()) {
                log.warn("not-consuming", malformed, problem);
                try {
                    Thread.sleep(retry);
                } catch (InterruptedException end) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** Counts until something fails. Returns what it was. */
    private String attempt() {
        try (Store store = Store.openForWriting(location);
                Consumer<byte[], byte[]> consumer = consumers.get()) {
            try {
                consume(store, consumer);
                return "interrupted";
            } catch (SQLException error) {
                store.rollback();
                return store.failure(error).problem();
            }
        } catch (StoreFailure failure) {
            return failure.problem();
        } catch (PartitionTable.LostPartition | FailedClaim | KafkaException failure) {
            return failure.toString();
        }
    }

    /** Carries an error of the store out of the listener of the client. */
    private static final class FailedClaim extends RuntimeException {
        private static final long serialVersionUID = 1;

        FailedClaim(SQLException cause) {
            super(cause);
        }
    }

    private void consume(Store store, Consumer<byte[], byte[]> consumer)
            throws SQLException, PartitionTable.LostPartition {
        PartitionTable table = new PartitionTable(store, UUID.randomUUID().toString());
        consumer.subscribe(List.of(topic), new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                // Each range is committed to the store before the next poll: nothing is pending.
            }

            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                try {
                    for (TopicPartition partition : partitions) {
                        OptionalLong counted = table.claim(partition, clock.instant());
                        if (counted.isPresent()) {
                            consumer.seek(partition, counted.getAsLong());
                        }
                    }
                } catch (SQLException error) {
                    throw new FailedClaim(error);
                }
            }
        });
        while (!Thread.currentThread().isInterrupted()) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(MAX_POLL);
            Map<TopicPartition, OffsetAndMetadata> counted = new HashMap<>();
            for (TopicPartition partition : records.partitions()) {
                List<ConsumerRecord<byte[], byte[]>> range = records.records(partition);
                long next = range.getLast().offset() + 1;
                table.add(partition, next, count(range), through(range), clock.instant());
                counted.put(partition, new OffsetAndMetadata(next));
            }
            if (counted.isEmpty()) {
                noteIdle(table, consumer);
            } else {
                consumer.commitSync(counted, MAX_COMMIT);
            }
        }
    }

    private EventCounts count(List<ConsumerRecord<byte[], byte[]>> range) {
        EventCounts counts = new EventCounts();
        for (ConsumerRecord<byte[], byte[]> record : range) {
            try {
                counts.add(VerdictEventCodec.decode(record.value() == null ? new byte[0] : record.value()));
            } catch (IOException other) {
                // Somebody else wrote it; the partition must not end there.
                malformed++;
                log.warn(
                        "events-malformed",
                        malformed,
                        "the event at offset " + record.offset() + " of partition " + record.partition()
                                + " cannot be read: " + other.getMessage());
            }
        }
        return counts;
    }

    private static long through(List<ConsumerRecord<byte[], byte[]>> range) {
        return Duration.ofMillis(range.getLast().timestamp()).minus(MAX_LATE).toSeconds();
    }

    /** Without events too, a day has to end. */
    private void noteIdle(PartitionTable table, Consumer<byte[], byte[]> consumer)
            throws SQLException, PartitionTable.LostPartition {
        Instant now = clock.instant();
        if (now.isBefore(nextIdleNote)) {
            return;
        }
        nextIdleNote = now.plus(IDLE_NOTE);
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment(), MAX_COMMIT);
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            if (consumer.position(end.getKey(), MAX_COMMIT) >= end.getValue()) {
                table.idle(end.getKey(), now.minus(MAX_LATE).getEpochSecond(), now);
            }
        }
    }
}

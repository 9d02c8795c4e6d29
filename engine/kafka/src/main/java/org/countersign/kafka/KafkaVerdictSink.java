package org.countersign.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.countersign.metrics.Meter;
import org.countersign.metrics.Metric;
import org.countersign.reports.collect.VerdictEvent;
import org.countersign.reports.collect.VerdictSink;
import org.countersign.service.log.EventLog;

/**
 * Sends events to Kafka, in the binary content mode of CloudEvents 1.0 (Kafka protocol binding, §3.2).
 *
 * <p>Sending can block for a while: for the metadata of the topic, or for room in the buffer of the client. So a thread of
 * its own sends what waits in a bounded queue.
 */
final class KafkaVerdictSink implements VerdictSink {
    static final Metric SENT = Metric.counter(
            "countersign_verdict_events_total", "Events of judged messages that the broker acknowledged.");
    static final Metric LOST = Metric.counter(
            "countersign_verdict_events_lost_total", "Events of judged messages that the broker did not get.");

    private static final String TYPE = "org.countersign.verdict.v1";
    private static final int MAX_WAITING = 8_192;
    private static final Duration MAX_CLOSE = Duration.ofSeconds(5);

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final String source;
    // The ids of events differ after a restart too.
    private final String start = UUID.randomUUID().toString();
    private final IntervalLog log;
    private final BlockingQueue<VerdictEvent> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final LongAdder sent = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("verdict events").unstarted(this::run);
    private volatile boolean closed;
    private long counter;

    private KafkaVerdictSink(Producer<byte[], byte[]> producer, String topic, String host, IntervalLog log) {
        this.producer = producer;
        this.topic = topic;
        this.source = "/countersign/" + host;
        this.log = log;
    }

    /**
     * Starts a sink.
     *
     * @throws KafkaException if the client refuses its settings
     */
    static KafkaVerdictSink start(
            Properties settings, String topic, String host, InstantSource clock, EventLog log, Meter meter) {
        KafkaVerdictSink sink = new KafkaVerdictSink(
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()),
                topic,
                host,
                new IntervalLog(log, clock));
        meter.counter(SENT, sink.sent::sum);
        meter.counter(LOST, sink.lost::sum);
        sink.thread.start();
        return sink;
    }

    @Override
    public void accept(VerdictEvent event) {
        if (closed || !waiting.offer(event)) {
            lost("more messages are judged than the broker takes");
        }
    }

    long sent() {
        return sent.sum();
    }

    long lost() {
        return lost.sum();
    }

    private void lost(String problem) {
        lost.increment();
        log.warn("events-lost", lost.sum(), problem);
    }

    private void run() {
        try {
            while (!closed || !waiting.isEmpty()) {
                Optional.ofNullable(waiting.poll(100, TimeUnit.MILLISECONDS)).ifPresent(this::send);
            }
        } catch (InterruptedException end) {
            // What waits is counted as lost by close.
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The callback has the result.
    private void send(VerdictEvent event) {
        try {
            producer.send(record(event), (metadata, error) -> {
                if (error == null) {
                    sent.increment();
                } else {
                    lost("the broker did not take an event: " + error);
                }
            });
        } catch (RuntimeException refused) {
            // An error of one event, even one of this program, must not end the events of all other messages.
            lost("an event cannot be sent: " + refused);
        }
    }

    private ProducerRecord<byte[], byte[]> record(VerdictEvent event) {
        // The same policy is always in the same partition, so that its rows are counted by one consumer.
        byte[] key = event.counted()
                .map(counted -> octets(counted.policy().domain()))
                .orElseGet(() -> octets(event.queueId()));
        // The client stamps the record with the time of sending. A broker forgets a producer whose last record is older
        // than producer.id.expiration.ms (a day), and then cannot recognize a repeated batch.
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key, VerdictEventCodec.encode(event));
        record.headers()
                .add("ce_specversion", octets("1.0"))
                .add("ce_type", octets(TYPE))
                .add("ce_source", octets(source))
                .add("ce_id", octets(start + "/" + counter++))
                .add("ce_time", octets(event.time().toString()))
                .add("content-type", octets("application/json"));
        return record;
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        closed = true;
        try {
            if (!thread.join(MAX_CLOSE)) {
                thread.interrupt();
                // The thread counts the event that it was sending as lost.
                thread.join(MAX_CLOSE);
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
        producer.close(MAX_CLOSE);
        lost.add(waiting.size());
    }
}

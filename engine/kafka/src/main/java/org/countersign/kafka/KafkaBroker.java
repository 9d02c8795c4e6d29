package org.countersign.kafka;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Properties;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.countersign.metrics.Meter;
import org.countersign.reports.collect.BrokerClient;
import org.countersign.reports.collect.VerdictBroker;
import org.countersign.reports.collect.VerdictSink;
import org.countersign.service.FileFailure;
import org.countersign.service.log.EventLog;
import org.countersign.store.StoreLocation;

/** Apache Kafka. {@link java.util.ServiceLoader} finds this class where the jar is on the class path. */
public final class KafkaBroker implements VerdictBroker {
    private static final Duration RETRY = Duration.ofSeconds(5);

    /** Called by {@link java.util.ServiceLoader}. */
    public KafkaBroker() {}

    @Override
    public VerdictSink open(BrokerClient settings, String host, InstantSource clock, EventLog log, Meter meter)
            throws FileFailure {
        Properties properties = KafkaClientSettings.producer(settings.properties());
        try {
            return KafkaVerdictSink.start(properties, settings.topic(), host, clock, log, meter);
        } catch (KafkaException refusal) {
            throw KafkaClientSettings.invalid(settings.properties(), refusal);
        }
    }

    @Override
    public void consume(BrokerClient settings, StoreLocation store, InstantSource clock, EventLog log)
            throws FileFailure {
        Properties properties = KafkaClientSettings.consumer(settings.properties());
        try {
            // Settings that the client refuses are an error now, not one to try again.
            new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()).close();
        } catch (KafkaException refusal) {
            throw KafkaClientSettings.invalid(settings.properties(), refusal);
        }
        new VerdictConsumer(
                        () -> new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                        settings.topic(),
                        store,
                        clock,
                        RETRY,
                        new IntervalLog(log, clock))
                .run();
    }
}

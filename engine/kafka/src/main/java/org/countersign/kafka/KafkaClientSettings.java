package org.countersign.kafka;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.countersign.service.FileFailure;
import org.countersign.service.HostFiles;

/** The settings of the client: those of an administrator's file, and those that this program depends on. */
final class KafkaClientSettings {
    private static final int PRODUCER_OCTETS = 8 << 20;

    private KafkaClientSettings() {}

    static Properties producer(Path file) throws FileFailure {
        Properties properties = new Properties();
        // Of the methods of compression, the one that needs no library besides the client.
        properties.setProperty(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
        properties.setProperty(ProducerConfig.LINGER_MS_CONFIG, "100");
        properties.setProperty(ProducerConfig.BUFFER_MEMORY_CONFIG, Integer.toString(PRODUCER_OCTETS));
        properties.putAll(read(file));
        // What is acknowledged is on the disks of all replicas in sync, once and in order.
        properties.setProperty(ProducerConfig.ACKS_CONFIG, "all");
        properties.setProperty(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        return properties;
    }

    static Properties consumer(Path file) throws FileFailure {
        Properties properties = new Properties();
        properties.setProperty(ConsumerConfig.GROUP_ID_CONFIG, "countersign-reports");
        properties.setProperty(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "5000");
        properties.putAll(read(file));
        // The store knows how far events are counted.
        properties.setProperty(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.setProperty(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return properties;
    }

    private static Properties read(Path file) throws FileFailure {
        String named = "reports.kafka.properties: " + file;
        Properties properties = new Properties();
        try {
            byte[] octets = HostFiles.readSecret(file, named).toByteArray();
            properties.load(new StringReader(new String(octets, StandardCharsets.UTF_8)));
            if (!properties.containsKey(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)) {
                throw new IOException("it has no line such as bootstrap.servers=kafka.example.org:9092");
            }
            return properties;
        } catch (IOException | IllegalArgumentException malformed) {
            throw invalid(file, malformed);
        }
    }

    /** The failure for settings that the client refuses. */
    static FileFailure invalid(Path file, Exception refusal) {
        return HostFiles.failure(
                new IOException(String.valueOf(refusal.getMessage()), refusal), "reports.kafka.properties: " + file);
    }
}

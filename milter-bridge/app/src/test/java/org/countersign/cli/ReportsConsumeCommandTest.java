package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code countersign reports consume} where something is missing. */
class ReportsConsumeCommandTest {
    @TempDir
    private Path temp;

    private CommandRun consume(String reports) throws Exception {
        Path file = Files.writeString(temp.resolve("mx.yaml"), "authserv-id: mx.receiver.example\n" + reports);
        return CommandRun.of("reports", "consume", "--config=" + file);
    }

    @Test
    void theSettingsOfTheClientAreNeeded() throws Exception {
        CommandRun run = consume("");
        assertThat(run.status()).isEqualTo(ExitStatus.CONFIGURATION.code());
        assertThat(run.err())
                .endsWith(
                        " has no reports.kafka.properties: name the file with the settings of the Kafka" + " client\n");
    }

    @Test
    void theJarOfTheSinkIsNeeded() throws Exception {
        CommandRun run = consume("reports: { kafka: { properties: kafka.properties } }\n");
        assertThat(run.status()).isEqualTo(ExitStatus.CONFIGURATION.code());
        assertThat(run.err()).startsWith("countersign: the client of Kafka is missing: put countersign-kafka-sink ");
    }

    @Test
    void aTopicHasTheCharactersThatKafkaAllows() throws Exception {
        assertThat(consume("reports: { kafka: { topic: \"a/b\" } }\n").err())
                .contains("reports.kafka.topic: expected a topic such as countersign.verdicts, found \"a/b\"");
    }
}

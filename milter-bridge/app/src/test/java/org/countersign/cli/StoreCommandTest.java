package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code countersign store}. */
class StoreCommandTest {
    @TempDir
    private Path temp;

    @Test
    void migrateSaysWhatItDid() throws Exception {
        Path file = Files.writeString(
                temp.resolve("mx.yaml"), "authserv-id: mx.receiver.example\nstore: { file: store.db }\n");
        Path store = temp.resolve("store.db");
        CommandRun first = CommandRun.of("store", "migrate", "--config=" + file);
        assertThat(first.err()).isEmpty();
        assertThat(first.out()).matches(store + " was brought from store version 0 to [0-9]+\n");
        assertThat(CommandRun.of("store", "migrate", "--config=" + file).out())
                .matches(store + " has store version [0-9]+ already\n");
    }

    @Test
    void aStoreThatCannotBeReachedIsNamed() throws Exception {
        Path file = Files.writeString(
                temp.resolve("mx.yaml"),
                "authserv-id: mx.receiver.example\nstore: { url: \"jdbc:postgresql://127.0.0.1:1/none\" }\n");
        CommandRun run = CommandRun.of("store", "migrate", "--config=" + file);
        assertThat(run.status()).isEqualTo(ExitStatus.IO.code());
        assertThat(run.err()).startsWith("countersign: jdbc:postgresql://127.0.0.1:1/none does not answer: ");
    }

    @Test
    void aCommandIsNeeded() {
        assertThat(CommandRun.of("store").err())
                .isEqualTo("countersign store: a command is missing; see countersign store --help\n");
    }
}

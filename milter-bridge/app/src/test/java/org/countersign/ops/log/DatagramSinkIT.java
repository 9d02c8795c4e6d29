package org.countersign.ops.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.countersign.ops.system.DatagramReceiver;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class DatagramSinkIT {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration BRIEF = Duration.ofMillis(50);

    @TempDir
    private Path folder;

    @BeforeEach
    void needsForeignFunctions() {
        assumeTrue(Runtime.version().feature() >= 22, "needs Java 22");
    }

    @Test
    void waitsForAReceiverThatRestarts() throws IOException, InterruptedException {
        Path socket = folder.resolve("log");
        DatagramSink sink = new DatagramSink(socket.toString(), LONG);
        try (DatagramReceiver first = DatagramReceiver.at(socket.toString())) {
            assertThat(sink.write("one")).isEmpty();
            assertThat(first.nextText()).isEqualTo("one");
        }
        Thread writer =
                Thread.ofVirtual().start(() -> assertThat(sink.write("two")).isEmpty());
        Files.delete(socket);
        try (DatagramReceiver second = DatagramReceiver.at(socket.toString())) {
            assertThat(second.nextText()).isEqualTo("two");
        }
        writer.join();
        sink.close();
    }

    @Test
    void losesLinesWithoutWaitingWhileThereIsNoReceiver() throws IOException {
        Path socket = folder.resolve("log");
        DatagramSink sink = new DatagramSink(socket.toString(), BRIEF);
        Optional<String> missing = Optional.of(
                socket
                        + " cannot be reached: No such file or directory: start the service that reads it, or correct log.socket or log.to");
        assertThat(sink.write("one")).isEqualTo(missing);
        // With a wait for each line this would take longer than the test may.
        for (int i = 0; i < 100_000; i++) {
            assertThat(sink.write("two")).isEqualTo(missing);
        }
        try (DatagramReceiver receiver = DatagramReceiver.at(socket.toString())) {
            assertThat(sink.write("three")).isEmpty();
            assertThat(receiver.nextText()).isEqualTo("three");
        }
        sink.close();
    }

    @Test
    void losesLinesOfWhichAStuckReceiverHasTooMany() throws IOException {
        Path socket = folder.resolve("log");
        DatagramSink sink = new DatagramSink(socket.toString(), BRIEF);
        try (DatagramReceiver stuck = DatagramReceiver.at(socket.toString())) {
            Optional<String> problem = Optional.empty();
            for (int i = 0; i < 100_000 && problem.isEmpty(); i++) {
                problem = sink.write("line " + i);
            }
            assertThat(problem)
                    .hasValue(socket
                            + " takes no more lines: its reader does not read: restart the service that reads it");
            assertThat(stuck.nextText()).isEqualTo("line 0");
            assertThat(sink.write("again")).isEmpty();
        }
        sink.close();
    }

    @Test
    void cutsALineThatTheSystemDoesNotTake() throws IOException {
        Path socket = folder.resolve("log");
        DatagramSink sink = new DatagramSink(socket.toString(), BRIEF);
        try (DatagramReceiver receiver = DatagramReceiver.at(socket.toString())) {
            assertThat(sink.write("x".repeat(64 << 20))).isEmpty();
            assertThat(receiver.nextText()).isEqualTo("x".repeat(1024));
        }
        sink.close();
    }
}

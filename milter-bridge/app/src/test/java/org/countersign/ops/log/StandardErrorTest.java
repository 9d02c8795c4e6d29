package org.countersign.ops.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandardErrorTest {
    @TempDir
    private Path folder;

    @Test
    void theJournalIsKnownByItsDeviceAndInode() throws IOException {
        Path stream = Files.createFile(folder.resolve("stream"));
        Path descriptor = Files.createSymbolicLink(folder.resolve("2"), stream);
        String id = Files.getAttribute(stream, "unix:dev") + ":" + Files.getAttribute(stream, "unix:ino");
        assertThat(StandardError.kind(Map.of("JOURNAL_STREAM", id), descriptor)).isEqualTo(StandardError.Kind.JOURNAL);
        assertThat(StandardError.kind(Map.of("JOURNAL_STREAM", "8:1"), descriptor))
                .isEqualTo(StandardError.Kind.PLAIN);
        assertThat(StandardError.kind(Map.of("TERM", "xterm"), descriptor)).isEqualTo(StandardError.Kind.PLAIN);
    }

    @Test
    void onlyATerminalHasColoursAndNoColorIsRespected() throws IOException {
        Path descriptor = Files.createSymbolicLink(folder.resolve("2"), Path.of("/dev/pts/99999"));
        assertThat(StandardError.kind(Map.of("TERM", "xterm"), descriptor))
                .isEqualTo(StandardError.Kind.COLOUR_TERMINAL);
        assertThat(StandardError.kind(Map.of("TERM", "xterm", "NO_COLOR", ""), descriptor))
                .isEqualTo(StandardError.Kind.COLOUR_TERMINAL);
        assertThat(StandardError.kind(Map.of("TERM", "xterm", "NO_COLOR", "1"), descriptor))
                .isEqualTo(StandardError.Kind.TERMINAL);
        assertThat(StandardError.kind(Map.of("TERM", "dumb"), descriptor)).isEqualTo(StandardError.Kind.TERMINAL);
        assertThat(StandardError.kind(Map.of(), descriptor)).isEqualTo(StandardError.Kind.TERMINAL);
    }

    @Test
    void whatIsNotTheStandardErrorOfTheProcessIsPlain() {
        PrintStream other = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        assertThat(StandardError.of(other, Map.of("TERM", "xterm")).kind()).isEqualTo(StandardError.Kind.PLAIN);
    }
}

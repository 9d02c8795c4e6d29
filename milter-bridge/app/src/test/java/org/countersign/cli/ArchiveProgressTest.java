package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.countersign.archive.MessageArchive;
import org.countersign.service.FileFailure;
import org.junit.jupiter.api.Test;

class ArchiveProgressTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Streams streams = new Streams(
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.US_ASCII),
            new PrintStream(err, true, StandardCharsets.US_ASCII));

    private ArchiveProgress begin() throws FileFailure {
        MessageArchive archive = MessageArchive.of(List.of("-"), true, false, streams.in());
        return new ArchiveProgress(archive, new OutputOptions(), streams, Optional.empty());
    }

    @Test
    void anInterruptionSaysThatTheSumsArePartial() throws FileFailure {
        try (ArchiveProgress progress = begin()) {
            progress.interrupted(() -> streams.out().println("all 7"));
        }
        assertThat(err.toString(StandardCharsets.US_ASCII))
                .isEqualTo("countersign: interrupted: what follows counts only the messages read so far\n");
        assertThat(out.toString(StandardCharsets.US_ASCII)).isEqualTo("all 7\n");
    }

    @Test
    void namesOfFilesDoNotCommandTheTerminal() throws FileFailure {
        try (ArchiveProgress progress = begin()) {
            progress.unreadable(new FileFailure(FileFailure.Reason.FORBIDDEN, "a\u001b[2J may not be read"));
            progress.note("b\u0007 is empty");
        }
        assertThat(err.toString(StandardCharsets.US_ASCII))
                .isEqualTo("countersign: a\\x1b[2J may not be read\ncountersign: note: b\\x07 is empty\n");
    }

    @Test
    void theStatusIsThatOfTheFirstFileThatCannotBeRead() throws FileFailure {
        try (ArchiveProgress progress = begin()) {
            assertThat(progress.status()).isEqualTo(ExitStatus.OK);
            progress.unreadable(new FileFailure(FileFailure.Reason.MISSING, "a does not exist"));
            progress.unreadable(new FileFailure(FileFailure.Reason.FORBIDDEN, "b may not be read"));
            progress.note("c has two forms");
            assertThat(progress.status()).isEqualTo(ExitStatus.NO_INPUT);
        }
        assertThat(err.toString(StandardCharsets.US_ASCII)).isEqualTo("""
                        countersign: a does not exist
                        countersign: b may not be read
                        countersign: note: c has two forms
                        """);
    }
}

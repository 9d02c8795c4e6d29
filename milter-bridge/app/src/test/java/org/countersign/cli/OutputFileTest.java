package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** How files that the command line names are written. */
class OutputFileTest {
    private static final byte[] CONTENT = {1, 2, 3};

    @TempDir
    private Path temp;

    @Test
    void aFileIsReplacedAndNothingElseIsLeft() throws Exception {
        Path file = Files.writeString(temp.resolve("out"), "before");
        OutputFile.write(file, CONTENT);
        assertThat(file).hasBinaryContent(CONTENT);
        assertThat(temp).isDirectoryNotContaining(other -> !other.equals(file));
    }

    @Test
    void aPipeIsWrittenAndStaysAPipe() throws Exception {
        Path pipe = temp.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        // Open for writing too: otherwise it would wait for a writer.
        try (RandomAccessFile reader = new RandomAccessFile(pipe.toFile(), "rw")) {
            OutputFile.write(pipe, CONTENT);
            byte[] read = new byte[CONTENT.length];
            reader.readFully(read);
            assertThat(read).isEqualTo(CONTENT);
        }
        assertThat(Files.isRegularFile(pipe)).isFalse();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aDirectoryAndAFullDiskAreTold() {
        assertThatThrownBy(() -> OutputFile.write(temp, CONTENT))
                .hasMessage(temp + " is a directory: name a file in it");
        assertThatThrownBy(() -> OutputFile.write(Path.of("/dev/full"), CONTENT))
                .hasMessageContaining("/dev/full cannot be written: its disk is full: ");
    }

    @Test
    void aDirectoryThatIsMissingIsNamed() {
        Path file = temp.resolve("missing/out");
        assertThatThrownBy(() -> OutputFile.write(file, CONTENT))
                .isInstanceOf(CommandFailure.class)
                .hasMessage(file + " cannot be written: the directory " + temp.resolve("missing")
                        + " does not exist: create it, or choose another one");
    }
}

package org.countersign.ops.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSinkTest {
    @TempDir
    private Path folder;

    @Test
    void appendsToAFileThatOthersCannotRead() throws IOException {
        Path file = folder.resolve("log");
        for (String line : new String[] {"one\n", "two\n"}) {
            FileSink sink = new FileSink(file, Duration.ofDays(1));
            assertThat(sink.write(line)).isEmpty();
            sink.close();
        }
        assertThat(file).hasContent("one\ntwo\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isIn("rw-r-----", "rw-------");
    }

    @Test
    void opensTheFileAgainOnRequest() throws IOException {
        Path file = folder.resolve("log");
        FileSink sink = new FileSink(file, Duration.ofDays(1));
        assertThat(sink.write("one\n")).isEmpty();
        Files.move(file, folder.resolve("log.1"));
        assertThat(sink.write("two\n")).isEmpty();
        sink.reopen();
        assertThat(sink.write("three\n")).isEmpty();
        sink.close();
        assertThat(folder.resolve("log.1")).hasContent("one\ntwo\n");
        assertThat(file).hasContent("three\n");
    }

    @Test
    void followsTheNameToAnotherFile() throws IOException {
        Path file = folder.resolve("log");
        FileSink sink = new FileSink(file, Duration.ZERO);
        assertThat(sink.write("one\n")).isEmpty();
        Files.move(file, folder.resolve("log.1"));
        Files.createFile(file);
        assertThat(sink.write("two\n")).isEmpty();
        sink.close();
        assertThat(folder.resolve("log.1")).hasContent("one\n");
        assertThat(file).hasContent("two\n");
    }

    @Test
    void aFullDiskIsAProblemOfEachLineAndNothingElse() {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full), "there is no /dev/full");
        FileSink sink = new FileSink(full, Duration.ofDays(1));
        assertThat(sink.write("one\n")).hasValue("/dev/full cannot be written: No space left on device");
        assertThat(sink.write("two\n")).hasValue("/dev/full cannot be written: No space left on device");
        sink.close();
    }

    @Test
    void aMissingDirectoryIsAProblemUntilItIsThere() throws IOException {
        Path file = folder.resolve("missing/log");
        FileSink sink = new FileSink(file, Duration.ofDays(1));
        assertThat(sink.write("one\n")).hasValue(file + " cannot be written: its directory does not exist");
        Files.createDirectory(folder.resolve("missing"));
        assertThat(sink.write("two\n")).isEmpty();
        sink.close();
        assertThat(file).hasContent("two\n");
    }

    @Test
    void aDirectoryIsNoLogFile() {
        assertThat(new FileSink(folder, Duration.ofDays(1)).write("one\n"))
                .hasValue(folder + " cannot be written: Is a directory");
    }
}

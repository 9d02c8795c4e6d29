package org.countersign.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The lock that only one command has at a time. */
class RotationFilesTest {
    @TempDir
    private Path temp;

    private RotationFiles files(RotationFiles.WriteStep step) {
        return new RotationFiles(temp.resolve("signing.table"), temp.resolve("keys"), step);
    }

    /** The files in the folder of the test that this process has open. */
    private List<Path> openFiles() throws IOException {
        List<Path> open = new ArrayList<>();
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                try {
                    open.add(Files.readSymbolicLink(descriptor));
                } catch (NoSuchFileException closed) {
                    // That of the list itself, or of another thread.
                }
            }
        }
        return open.stream().filter(file -> file.startsWith(temp)).toList();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFileThatCannotBeLockedIsNamedAndClosed() throws IOException {
        RotationFiles files = files(change -> {
            throw new IOException("No locks available");
        });
        assertThatThrownBy(files::lock)
                .isInstanceOf(RotationFailure.class)
                .hasMessageContaining(temp.resolve("signing.table.lock") + " cannot be written: ")
                .hasMessageContaining("No locks available");
        assertThat(openFiles()).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theSecondCommandIsRefusedAndClosesItsFile() throws Exception {
        RotationFiles files = files(change -> {});
        try (RotationFiles.Lock held = files.lock()) {
            assertThat(held).isNotNull();
            assertThatThrownBy(files::lock)
                    .isInstanceOf(RotationFailure.class)
                    .hasMessageContaining("another countersign key command runs");
            assertThat(openFiles()).hasSize(1);
        }
        assertThat(openFiles()).isEmpty();
    }
}

package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputFilesTest {
    @TempDir
    private Path temp;

    @Test
    void aFileThatCannotBeReadEndsTheCommandWithTheExitStatusOfTheReason() throws IOException {
        Path open = Files.writeString(temp.resolve("open.pem"), "secret");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(catchThrowableOfType(CommandFailure.class, () -> InputFiles.open(temp.resolve("none"), "none"))
                        .status())
                .isEqualTo(ExitStatus.NO_INPUT);
        assertThat(catchThrowableOfType(CommandFailure.class, () -> InputFiles.readSecret(open))
                        .status())
                .isEqualTo(ExitStatus.NO_PERMISSION);
        assertThat(InputFiles.failure(new AccessDeniedException("a"), "a").status())
                .isEqualTo(ExitStatus.NO_PERMISSION);
        CommandFailure broken = InputFiles.failure(new IOException("disk on fire"), "a");
        assertThat(broken.status()).isEqualTo(ExitStatus.IO);
        assertThat(broken.lines()).containsExactly("a cannot be read: disk on fire");
        // The message of this one has the name of the file, too.
        assertThat(InputFiles.failure(new FileSystemException("/x/a", null, "Input/output error"), "a")
                        .lines())
                .containsExactly("a cannot be read: Input/output error");
    }
}

package org.countersign.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.countersign.service.HostFiles;

/** Writes files that the command line names. */
final class OutputFile {
    private OutputFile() {}

    /**
     * Replaces a file, or creates it: whole, or not at all. A file that is no regular one, such as {@code /dev/stdout} or a
     * pipe, is written as it is.
     *
     * @throws CommandFailure if it cannot be written
     */
    static void write(Path file, byte[] content) throws CommandFailure {
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                Files.write(file, content);
                return;
            }
            Path directory =
                    Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("."));
            Path temporary = Files.createTempFile(directory, ".countersign", ".tmp");
            try {
                Files.write(temporary, content);
                Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException problem) {
            throw new CommandFailure(ExitStatus.CANNOT_CREATE, HostFiles.writeProblem(file, problem));
        }
    }
}

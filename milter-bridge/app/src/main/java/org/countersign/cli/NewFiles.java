package org.countersign.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.countersign.rotation.KeyFileWriter;
import org.countersign.service.HostFiles;

/** Writes files of a directory that do not exist yet. */
final class NewFiles {
    private final Path directory;
    private final String group;

    /**
     * @param group of the service, which may read secret files too, where this user may give files to it; a name that no
     *     group has is allowed
     */
    NewFiles(Path directory, String group) {
        this.directory = directory;
        this.group = group;
    }

    /**
     * Refuses to begin if one of the files exists.
     *
     * @throws CommandFailure with the name of the first one
     */
    void refuseExisting(List<String> names) throws CommandFailure {
        Optional<Path> existing =
                names.stream().map(directory::resolve).filter(Files::exists).findFirst();
        if (existing.isPresent()) {
            throw notWritten(
                    existing.get(),
                    new FileAlreadyExistsException(existing.get().toString()));
        }
    }

    /**
     * Writes a file that everybody can read.
     *
     * @param name relative to the directory, without a directory of its own
     * @throws CommandFailure if it exists or cannot be written
     */
    void write(String name, String text) throws CommandFailure {
        Path file = directory.resolve(name);
        try {
            Files.createDirectories(directory);
            KeyFileWriter.write(file, text.getBytes(StandardCharsets.UTF_8), "rw-r--r--");
        } catch (IOException problem) {
            throw notWritten(file, problem);
        }
    }

    /**
     * Writes a file that only its owner and the service can read, in a directory that only they can open.
     *
     * @param name relative to the directory, such as {@code keys/a.pem}
     * @throws CommandFailure if it exists or cannot be written
     */
    void writeSecret(String name, byte[] octets) throws CommandFailure {
        Path file = directory.resolve(name);
        try {
            Files.createDirectories(directory);
            Path parent = file.getParent();
            if (parent != null && !Files.isDirectory(parent)) {
                KeyFileWriter.createDirectory(parent);
                openToService(parent);
            }
            KeyFileWriter.write(file, octets, "rw-------");
        } catch (IOException problem) {
            throw notWritten(file, problem);
        }
        KeyFileWriter.shareInClosedDirectory(file);
    }

    private void openToService(Path secrets) {
        PosixFileAttributeView view = Files.getFileAttributeView(secrets, PosixFileAttributeView.class);
        if (view == null) {
            return;
        }
        try {
            view.setGroup(
                    secrets.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group));
            view.setPermissions(PosixFilePermissions.fromString("rwxr-x---"));
        } catch (IOException unknownOrNotPermitted) {
            // The service is not installed here, or this user is not root: "config check" says what is to do.
        }
    }

    private static CommandFailure notWritten(Path file, IOException problem) {
        String line = switch (problem) {
            case FileAlreadyExistsException exists -> file + " exists and is not overwritten: choose another --out";
            case AccessDeniedException denied -> file + " cannot be written by this user: choose another --out";
            default -> HostFiles.writeProblem(file, problem);
        };
        return new CommandFailure(ExitStatus.CANNOT_CREATE, line);
    }
}

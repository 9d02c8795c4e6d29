package org.countersign.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.rotation.KeyFileWriter;

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

    /** Refuses to begin if one of the files exists. */
    void refuseExisting(List<String> names) throws CommandFailure {
        Optional<Path> existing = ImportOutput.existing(directory, names);
        if (existing.isPresent()) {
            throw notWritten(
                    existing.get(),
                    new FileAlreadyExistsException(existing.get().toString()));
        }
    }

    void write(String name, String text) throws CommandFailure {
        write(name, ImportOutput.octets(text), "rw-r--r--", "rwxr-xr-x");
    }

    /** Writes a file that only its owner and the service can read, in a directory that only they can open. */
    void writeSecret(String name, byte[] octets) throws CommandFailure {
        write(name, octets, "rw-------", "rwx------");
        KeyFileWriter.shareInClosedDirectory(directory.resolve(name));
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

    private void write(String name, byte[] octets, String mode, String directoryMode) throws CommandFailure {
        Path file = directory.resolve(name);
        Set<StandardOpenOption> onlyNew = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            Files.createDirectories(directory);
            Path parent = file.getParent();
            if (parent != null && !Files.isDirectory(parent)) {
                Files.createDirectory(parent, permissions(directoryMode));
                if (!directoryMode.endsWith("x")) {
                    openToService(parent);
                }
            }
            try (var channel = Files.newByteChannel(file, onlyNew, permissions(mode))) {
                ByteBuffer rest = ByteBuffer.wrap(octets);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
            }
        } catch (IOException problem) {
            throw notWritten(file, problem);
        }
    }

    private static FileAttribute<?>[] permissions(String mode) {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
    }

    private static CommandFailure notWritten(Path file, IOException problem) {
        String why = switch (problem) {
            case FileAlreadyExistsException exists -> " exists and is not overwritten: choose another --out";
            case AccessDeniedException denied -> " cannot be written by this user: choose another --out";
            default -> " cannot be written: " + problem.getMessage();
        };
        return new CommandFailure(ExitStatus.CANNOT_CREATE, file + why);
    }
}

package org.countersign.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Map;
import org.countersign.service.FileFailure.Reason;

/**
 * Checks who can read or replace a file that contains a secret. The file and its directory must belong to root or to the user of this
 * process, and nobody else may change them. Only the owner and a group of this process may read the file.
 */
final class SecretFile {
    private static final int KIND = 0xF000;
    private static final int REGULAR = 0x8000;
    private static final int DIRECTORY = 0x4000;
    private static final int FIFO = 0x1000;
    private static final int SOCKET = 0xC000;

    private static final int STICKY = 01000;
    private static final int GROUP_READ = 0040;
    private static final int GROUP_WRITE = 0020;
    private static final int OTHERS_READ = 0004;
    private static final int OTHERS_WRITE = 0002;

    private final Path file;
    private final String named;
    private final ProcessIdentity process;

    SecretFile(Path file, String named, ProcessIdentity process) {
        this.file = file;
        this.named = named;
        this.process = process;
    }

    /** Mode, owner and group of a file, as numbers. */
    private record Attributes(int mode, int owner, int group) {
        static Attributes of(Path path) throws IOException {
            Map<String, Object> attributes = Files.readAttributes(path, "unix:mode,uid,gid");
            return new Attributes(
                    (Integer) attributes.getOrDefault("mode", 0),
                    (Integer) attributes.getOrDefault("uid", -1),
                    (Integer) attributes.getOrDefault("gid", -1));
        }

        boolean has(int bit) {
            return (mode & bit) != 0;
        }
    }

    /**
     * Refuses a file that is not a regular file, without opening it: opening a named pipe waits for a writer.
     *
     * @throws FileFailure also when the file does not exist
     */
    static void refuseSpecial(Path file, String named) throws FileFailure {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return;
        }
        try {
            int kind = Attributes.of(file).mode & KIND;
            if (kind != REGULAR) {
                String link = Files.isSymbolicLink(file) ? " leads to " : " is ";
                throw kind == DIRECTORY
                        ? new FileFailure(Reason.MISSING, named + link + "a directory: name a file in it")
                        : new FileFailure(
                                Reason.INVALID,
                                named + link + kindName(kind) + " and not a file: put the contents into a regular file"
                                        + " and name that");
            }
        } catch (IOException unreadable) {
            throw HostFiles.failure(unreadable, named);
        }
    }

    private static String kindName(int kind) {
        return switch (kind) {
            case FIFO -> "a named pipe (FIFO)";
            case SOCKET -> "a socket";
            default -> "a device";
        };
    }

    /**
     * Refuses a file that others can read or replace.
     *
     * @throws FileFailure with the command that corrects it
     */
    void refuseReachable() throws FileFailure {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return;
        }
        try {
            refuseReachableFile(Attributes.of(file));
            Path real = file.toRealPath();
            refuseReachableDirectories(real);
            Path direct = file.toAbsolutePath().normalize();
            if (!direct.equals(real)) {
                refuseReachableDirectories(direct);
            }
        } catch (IOException unreadable) {
            throw HostFiles.failure(unreadable, named);
        }
    }

    private void refuseReachableFile(Attributes attributes) throws FileFailure, IOException {
        if (attributes.has(OTHERS_READ) || attributes.has(OTHERS_WRITE)) {
            throw forbidden("is open to every user of this machine", closing(attributes));
        }
        if (attributes.has(GROUP_WRITE)) {
            throw forbidden("can be changed by its group", closing(attributes));
        }
        if (isStranger(attributes.owner())) {
            // The service may have to read it too, through its group.
            throw forbidden(
                    "belongs to the user " + owner(file) + ", and not to " + trusted(),
                    process.isRoot()
                            ? "chown root:GROUP " + file + " and chmod 640 " + file
                                    + ", where GROUP is that of the service"
                            : "chown " + process.name() + " " + file);
        }
        if (attributes.has(GROUP_READ) && !process.isRoot() && isForeignGroup(attributes.group())) {
            throw forbidden(
                    "can be read by the group " + group(file) + ", which " + process.name() + " is not in",
                    closing(attributes));
        }
    }

    /** The command that closes the file to others, and leaves it open to this process. */
    private String closing(Attributes attributes) {
        if (process.isRoot()) {
            return "chmod 600 " + file + " (640 where the service reads it through its group)";
        }
        if (attributes.owner() == process.user()) {
            return "chmod 600 " + file;
        }
        return process.groups().contains(attributes.group())
                ? "chmod 640 " + file
                : "chown " + process.name() + " " + file + " and chmod 600 " + file;
    }

    /** A user who can change the directory of a file can replace or remove the file. */
    private void refuseReachableDirectories(Path path) throws FileFailure, IOException {
        Path nearest = path.getParent();
        for (Path directory = nearest; directory != null; directory = directory.getParent()) {
            Attributes attributes = Attributes.of(directory);
            // In a sticky directory only the owner of a file can move or remove it.
            boolean sticky = attributes.has(STICKY);
            if (attributes.has(OTHERS_WRITE) && !sticky) {
                throw forbidden(
                        "lies in " + directory + ", which every user of this machine can change",
                        "chmod o-w " + directory);
            }
            if (!directory.equals(nearest)) {
                continue;
            }
            if (attributes.has(GROUP_WRITE) && !sticky && isForeignGroup(attributes.group())) {
                throw forbidden(
                        "lies in " + directory + ", which its group " + group(directory) + " can change",
                        "chmod g-w " + directory);
            }
            if (isStranger(attributes.owner())) {
                throw forbidden(
                        "lies in " + directory + ", which belongs to the user " + owner(directory) + ", and not to "
                                + trusted(),
                        "chown " + (process.isRoot() ? "root" : process.name()) + " " + directory);
            }
        }
    }

    private String trusted() {
        return process.isRoot() ? "root" : "root or " + process.name();
    }

    private boolean isStranger(int user) {
        return user != ProcessIdentity.ROOT && user != process.user();
    }

    private boolean isForeignGroup(int group) {
        return group != ProcessIdentity.ROOT && !process.groups().contains(group);
    }

    private static String owner(Path path) throws IOException {
        return Files.getOwner(path).getName();
    }

    private static String group(Path path) throws IOException {
        return Files.readAttributes(path, PosixFileAttributes.class).group().getName();
    }

    private FileFailure forbidden(String reason, String command) {
        return new FileFailure(Reason.FORBIDDEN, named + " " + reason + ", so it is refused: " + command);
    }
}

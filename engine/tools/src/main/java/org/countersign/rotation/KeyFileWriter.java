package org.countersign.rotation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Writes new files of keys, and never over a file. */
public final class KeyFileWriter {
    private KeyFileWriter() {}

    /** Creates a directory for its owner alone. Those above it may have files of others, such as the policy file. */
    public static void createDirectory(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.createDirectory(directory, permissions("rwx------"));
    }

    /**
     * Writes a new file.
     *
     * @param mode such as {@code rw-------}; without an effect where files have none
     * @throws FileAlreadyExistsException if there is such a file
     */
    public static void write(Path file, byte[] octets, String mode) throws IOException {
        Set<StandardOpenOption> onlyNew = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (var channel = Files.newByteChannel(file, onlyNew, permissions(mode))) {
            ByteBuffer content = ByteBuffer.wrap(octets);
            while (content.hasRemaining()) {
                channel.write(content);
            }
        }
    }

    /**
     * Lets the service read a new private key: if the directory belongs to a group that may enter it, the file gets this
     * group and the mode 640. It also gets the owner of the directory. Otherwise the file stays as it is.
     */
    static void shareWithGroup(Path file) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            return;
        }
        PosixFileAttributeView directory = Files.getFileAttributeView(parent, PosixFileAttributeView.class);
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (directory == null || view == null) {
            return;
        }
        PosixFileAttributes of = directory.readAttributes();
        PosixFileAttributes own = view.readAttributes();
        if (!of.owner().equals(own.owner())) {
            view.setOwner(of.owner());
        }
        if (of.permissions().contains(PosixFilePermission.GROUP_EXECUTE)
                && !of.group().equals(own.group())) {
            view.setGroup(of.group());
            view.setPermissions(PosixFilePermissions.fromString("rw-r-----"));
        }
    }

    /**
     * Lets the service read a new private key, if its directory is one for secrets, which only its owner and its group may
     * enter. Everywhere else the file stays as it is: any directory has a group, which need not be that of the service. It also
     * stays as it is if this user may not give files away.
     */
    public static void shareInClosedDirectory(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        try {
            if (parent != null && isClosed(parent)) {
                shareWithGroup(file);
            }
        } catch (IOException notPermitted) {
            // This user alone reads the key, and "config check" says what the service needs.
        }
    }

    private static boolean isClosed(Path directory) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(directory, PosixFileAttributeView.class);
        return view != null && !view.readAttributes().permissions().contains(PosixFilePermission.OTHERS_EXECUTE);
    }

    /** The attribute of a new file or directory for a mode; none where files have no modes. */
    static FileAttribute<?>[] permissions(String mode) {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
    }
}

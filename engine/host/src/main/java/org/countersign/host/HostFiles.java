package org.countersign.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.countersign.host.FileFailure.Reason;
import org.countersign.syntax.Octets;

/** Reads files that somebody named, and says plainly why one cannot be read. */
public final class HostFiles {
    // A 16384-bit RSA key in PEM has less than 13,000 octets.
    private static final int LARGEST_SECRET = 64 * 1024;

    private HostFiles() {}

    /**
     * Opens a file.
     *
     * @param named what to call it in a message
     * @throws FileFailure when it is not there, is a directory, or may not be read
     */
    public static InputStream open(Path file, String named) throws FileFailure {
        if (Files.isDirectory(file)) {
            throw new FileFailure(Reason.MISSING, named + " is a directory: name a file in it");
        }
        try {
            return Files.newInputStream(file);
        } catch (IOException unreadable) {
            throw failure(unreadable, named);
        }
    }

    /**
     * Reads a whole file.
     *
     * @param most how many octets it may have
     * @throws FileFailure also when it is larger
     */
    public static Octets read(Path file, String named, int most) throws FileFailure {
        try (InputStream in = open(file, named)) {
            byte[] octets = in.readNBytes(most + 1);
            if (octets.length > most) {
                throw new FileFailure(
                        Reason.TOO_LARGE, named + " is larger than " + most + " bytes: is it the right file?");
            }
            return Octets.wrap(octets);
        } catch (IOException unreadable) {
            throw failure(unreadable, named);
        }
    }

    /**
     * Reads a file with a secret in it, such as a private key.
     *
     * @throws FileFailure also when its permissions are wider than those of a secret; the message holds the
     *     command that mends it
     */
    public static Octets readSecret(Path file, String named) throws FileFailure {
        refuseWidePermissions(file, named);
        return read(file, named, LARGEST_SECRET);
    }

    /** What to tell about a file that could not be read. */
    public static FileFailure failure(IOException unreadable, String named) {
        return switch (unreadable) {
            case NoSuchFileException missing ->
                new FileFailure(Reason.MISSING, named + " does not exist: check the name");
            case AccessDeniedException denied ->
                new FileFailure(
                        Reason.FORBIDDEN,
                        named + " may not be read by this user: change its owner or group, or run as another user");
            default -> new FileFailure(Reason.UNREADABLE, named + " cannot be read: " + unreadable.getMessage());
        };
    }

    private static void refuseWidePermissions(Path file, String named) throws FileFailure {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            // A file system without owners and groups.
            return;
        }
        Set<PosixFilePermission> permissions;
        try {
            permissions = view.readAttributes().permissions();
        } catch (IOException unreadable) {
            throw failure(unreadable, named);
        }
        if (permissions.contains(PosixFilePermission.OTHERS_READ)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw refusal(file, named, "is open to every user of this machine");
        }
        if (permissions.contains(PosixFilePermission.GROUP_WRITE)) {
            throw refusal(file, named, "can be changed by its group");
        }
    }

    private static FileFailure refusal(Path file, String named, String reason) {
        return new FileFailure(
                Reason.FORBIDDEN,
                named + " " + reason + ", so the key is refused: chmod 600 " + file
                        + " (640 where the service reads it through its group)");
    }
}

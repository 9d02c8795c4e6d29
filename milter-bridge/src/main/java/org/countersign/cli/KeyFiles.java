package org.countersign.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.countersign.syntax.Octets;

/** Reads files with private keys, and refuses those that others than their owner's group could have read. */
final class KeyFiles {
    // A 16384-bit RSA key in PEM has less than 13,000 octets.
    private static final int LARGEST = 64 * 1024;

    private KeyFiles() {}

    /**
     * The text of a key file.
     *
     * @param named what to call it in a message
     * @throws CommandFailure when it cannot be read, or its permissions are wider than those of a secret; the
     *     message holds the command that mends it
     */
    static Octets read(Path file, String named) throws CommandFailure {
        refuseWidePermissions(file, named);
        return Octets.wrap(InputFiles.read(file, named, LARGEST));
    }

    private static void refuseWidePermissions(Path file, String named) throws CommandFailure {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            // A file system without owners and groups.
            return;
        }
        Set<PosixFilePermission> permissions;
        try {
            permissions = view.readAttributes().permissions();
        } catch (IOException unreadable) {
            throw InputFiles.failure(unreadable, named);
        }
        if (permissions.contains(PosixFilePermission.OTHERS_READ)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw refusal(file, named, "is open to every user of this machine");
        }
        if (permissions.contains(PosixFilePermission.GROUP_WRITE)) {
            throw refusal(file, named, "can be changed by its group");
        }
    }

    private static CommandFailure refusal(Path file, String named, String reason) {
        return new CommandFailure(
                ExitStatus.NO_PERMISSION,
                named + " " + reason + ", so the key is refused: chmod 600 " + file
                        + " (640 where the service reads it through its group)");
    }
}

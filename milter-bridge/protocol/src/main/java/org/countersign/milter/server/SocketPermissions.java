package org.countersign.milter.server;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.Set;

/**
 * Who may connect to the UNIX-domain sockets of a server.
 *
 * @param owner the owner of their files; empty for the user of the process
 * @param group the group of their files; empty for the group that the system gives them
 * @param mode the permissions of their files. Write permission allows to connect
 */
public record SocketPermissions(
        Optional<UserPrincipal> owner, Optional<GroupPrincipal> group, Set<PosixFilePermission> mode) {
    /** The user and the group of the process, and nobody else. */
    public static final SocketPermissions DEFAULT =
            new SocketPermissions(Optional.empty(), Optional.empty(), PosixFilePermissions.fromString("rw-rw----"));

    public SocketPermissions {
        mode = Set.copyOf(mode);
    }

    /** The same owner and group with another mode. */
    public SocketPermissions withMode(Set<PosixFilePermission> other) {
        return new SocketPermissions(owner, group, other);
    }

    /** Sets owner and group before the mode, so that no other group may connect meanwhile. */
    void apply(Path file) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (owner.isPresent()) {
            try {
                view.setOwner(owner.get());
            } catch (FileSystemException refused) {
                throw new SocketFileException(
                        "only root may give a socket to the user " + owner.get().getName()
                                + ": run the service as this user, or use a group",
                        refused);
            }
        }
        if (group.isPresent()) {
            try {
                view.setGroup(group.get());
            } catch (FileSystemException refused) {
                String user = System.getProperty("user.name", "");
                String name = group.get().getName();
                throw new SocketFileException(
                        "the user " + user + " may not give a socket to the group " + name
                                + ": under systemd, let a socket unit make the socket (SocketGroup=" + name
                                + "); otherwise add the user to the group (usermod -a -G " + name + " " + user
                                + ") and restart the service",
                        refused);
            }
        }
        // The JDK sets a mode without following links only for files that can be opened, unlike sockets.
        Files.setPosixFilePermissions(file, mode);
    }
}

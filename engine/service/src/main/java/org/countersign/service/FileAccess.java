package org.countersign.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.service.FileFailure.Reason;

/**
 * Finds out whether a user may use a file, by owner, group and permissions of the file and of the directories above it.
 * So root can find out what the user of a service may do. Access control lists (ACL) are not taken into account.
 */
public final class FileAccess {
    private static final int DIRECTORY = 0x4000;
    private static final int KIND = 0xF000;
    private static final int BITS = 3;

    private final ProcessIdentity user;

    private FileAccess(ProcessIdentity user) {
        this.user = user;
    }

    /** What this user may do. */
    public static FileAccess of(ProcessIdentity user) {
        return new FileAccess(user);
    }

    /** What a user may want to do with a file or a directory, with its permission bit for others. */
    public enum Permission {
        READ(4, "read"),
        WRITE(2, "write to"),
        /** Enter a directory. */
        ENTER(1, "enter the directory");

        private final int bit;
        private final String verb;

        Permission(int bit, String verb) {
            this.bit = bit;
            this.verb = verb;
        }
    }

    /**
     * Why the user may not use an existing file or directory.
     *
     * @return for example "the user countersign may not enter the directory /etc/keys"; empty if the user may
     * @throws IOException if the owner, the group or the permissions cannot be read
     */
    public Optional<String> refusal(Path file, Permission permission) throws IOException {
        if (user.isRoot() || !file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return Optional.empty();
        }
        Path real = file.toRealPath();
        Optional<Path> closed = closedDirectory(real);
        if (closed.isPresent()) {
            return Optional.of(refused(Permission.ENTER, closed.get()));
        }
        return has(real, permission) ? Optional.empty() : Optional.of(refused(permission, file));
    }

    /** The topmost directory above a file that the user may not enter. */
    private Optional<Path> closedDirectory(Path real) throws IOException {
        Path entered = real.getRoot();
        for (int depth = 0; depth < real.getNameCount() - 1; depth++) {
            entered = entered.resolve(real.getName(depth));
            if (!has(entered, Permission.ENTER)) {
                return Optional.of(entered);
            }
        }
        return Optional.empty();
    }

    /** Why the user may not make a file in a directory; empty if the user may. */
    public Optional<String> creationRefusal(Path directory) throws IOException {
        Optional<String> entering = refusal(directory, Permission.ENTER);
        return entering.isPresent() ? entering : refusal(directory, Permission.WRITE);
    }

    /**
     * Why this process may not write a file, or may not make it in its directory, by owners and permissions.
     *
     * @return for example "the user countersign may not write to /srv/store.db, which belongs to root: chown countersign:
     *     /srv/store.db"; empty if the reason is another one
     */
    public static Optional<String> writeRefusal(Path file) {
        return ProcessIdentity.current().flatMap(identity -> of(identity).writeRefusalFor(file.toAbsolutePath()));
    }

    Optional<String> writeRefusalFor(Path file) {
        // A file of root is what a command left that root ran; with another owner this process itself has the wrong
        // user.
        return writeRefusal(
                file, (existing, owner) -> owner.equals("root") ? giveAway(existing) : "run the program as this user");
    }

    /**
     * Why the user may not write a file, or may not make it in its directory, with the command that permits it. It is for an
     * administrator, while {@link #writeRefusal(Path)} is for the program that has met the refusal.
     */
    public Optional<String> writeRefusalWithCommand(Path file) {
        return writeRefusal(file.toAbsolutePath(), (existing, owner) -> giveAway(existing));
    }

    /** What to do about a file or directory that belongs to another user. */
    private interface ForeignOwnerRemedy {
        String of(Path file, String owner);
    }

    private Optional<String> writeRefusal(Path file, ForeignOwnerRemedy foreign) {
        Path existing = Files.exists(file) ? file : directoryOf(file);
        try {
            Optional<String> refusal =
                    Files.isDirectory(existing) ? creationRefusal(existing) : refusal(existing, Permission.WRITE);
            if (refusal.isEmpty()) {
                return Optional.empty();
            }
            Optional<Path> closed = closedDirectory(existing.toRealPath());
            String owner = Files.getOwner(closed.orElse(existing)).getName();
            String advice;
            if (closed.isPresent()) {
                advice = entering(closed.get());
            } else if (isOwner(existing)) {
                advice = "chmod " + (Files.isDirectory(existing) ? "u+rwx " : "u+w ") + existing;
            } else {
                advice = foreign.of(existing, owner);
            }
            return Optional.of(refusal.get() + ", which belongs to " + owner + ": " + advice);
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }

    private boolean isOwner(Path file) throws IOException {
        return Files.getAttribute(file, "unix:uid").equals(user.user());
    }

    private String giveAway(Path file) {
        return "chown " + user.name() + ": " + file + (Files.isDirectory(file) ? ", or choose another directory" : "");
    }

    /**
     * Why this process may not read a file, by owners and permissions, with the command that permits it.
     *
     * @return for example "the user countersign may not read /etc/imap-password: chmod 640 /etc/imap-password"; empty if the
     *     reason is another one
     */
    static Optional<String> readRefusal(Path file) {
        return ProcessIdentity.current()
                .flatMap(identity ->
                        of(identity).readRefusalFor(file.toAbsolutePath().normalize()));
    }

    Optional<String> readRefusalFor(Path file) {
        try {
            // Links below a directory that the user may not enter cannot be followed.
            Optional<Path> closed = closedDirectory(file);
            if (closed.isPresent()) {
                return Optional.of(refused(Permission.ENTER, closed.get()) + ": " + entering(closed.get()));
            }
            Optional<String> refusal = refusal(file, Permission.READ);
            return refusal.isEmpty() ? refusal : Optional.of(refusal.get() + ": " + remedy(file));
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }

    private static Path directoryOf(Path file) {
        return Optional.ofNullable(file.getParent()).orElse(file);
    }

    /**
     * Gives a new file the owner and the group of its directory, if this process is root. So a command that root runs leaves no
     * file that a service with a user of its own cannot write to. A symbolic link gets the owner itself: the owner of the
     * directory may have put one in place of the file, to get another file of root.
     *
     * @throws IOException if the owner cannot be read or changed
     */
    public static void inheritOwner(Path file) throws IOException {
        Path directory = directoryOf(file.toAbsolutePath());
        if (ProcessIdentity.current().filter(ProcessIdentity::isRoot).isPresent()
                && directory.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            for (String attribute : List.of("unix:uid", "unix:gid")) {
                Files.setAttribute(
                        file, attribute, Files.getAttribute(directory, attribute), LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    private String refused(Permission permission, Path file) {
        return "the user " + user.name() + " may not " + permission.verb + " " + file;
    }

    private boolean has(Path file, Permission permission) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(file, "unix:mode,uid,gid");
        int mode = (Integer) attributes.getOrDefault("mode", 0);
        int shift = 0;
        if ((Integer) attributes.getOrDefault("uid", -1) == user.user()) {
            shift = 2 * BITS;
        } else if (user.groups().contains((Integer) attributes.getOrDefault("gid", -1))) {
            shift = BITS;
        }
        return (mode & (permission.bit << shift)) != 0;
    }

    /**
     * Refuses a file that this process has read, but that another user may not read.
     *
     * @param reader the user; reading has shown the access of the user of this process
     * @param named the name of the file in the message
     */
    static void requireReadable(Optional<ProcessIdentity> reader, Path file, String named) throws FileFailure {
        if (reader.isPresent() && !reader.equals(ProcessIdentity.current())) {
            of(reader.get()).requireReadable(file, named);
        }
    }

    private void requireReadable(Path file, String named) throws FileFailure {
        try {
            Optional<String> refusal = refusal(file, Permission.READ);
            if (refusal.isPresent()) {
                throw new FileFailure(Reason.FORBIDDEN, named + ": " + refusal.get() + ": " + remedy(file));
            }
        } catch (IOException unreadable) {
            throw HostFiles.failure(unreadable, named);
        }
    }

    /** What gives the user the right that {@link #refusal} names: to a directory above the file, or to the file. */
    private String remedy(Path file) throws IOException {
        Optional<Path> closed = closedDirectory(file.toRealPath());
        if (closed.isPresent()) {
            return entering(closed.get());
        }
        Map<String, Object> attributes = Files.readAttributes(file, "unix:mode,gid");
        boolean isDirectory = ((Integer) attributes.getOrDefault("mode", 0) & KIND) == DIRECTORY;
        if (isOwner(file)) {
            return "chmod " + (isDirectory ? "u+rwx " : "u+r ") + file;
        }
        if (isDirectory) {
            return "give the directory to this user or one of its groups";
        }
        return user.groups().contains((Integer) attributes.getOrDefault("gid", -1))
                ? "chmod 640 " + file
                : "chown " + user.name() + " " + file
                        + ", or give it to a group of this user (chgrp) that may read it (chmod 640)";
    }

    private String entering(Path directory) throws IOException {
        if (isOwner(directory)) {
            return "chmod u+rwx " + directory;
        }
        return "chgrp " + user.name() + " " + directory + " and chmod 750 " + directory
                + ", or keep the file in another directory";
    }
}

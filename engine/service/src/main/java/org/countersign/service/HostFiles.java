package org.countersign.service;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.countersign.crypto.RsaEngine;
import org.countersign.keys.SigningKey;
import org.countersign.service.FileFailure.Reason;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

/**
 * Reads files that the operator named. A file that cannot be read, or could not be written, is reported with the reason and a
 * remedy.
 */
public final class HostFiles {
    // A 16384-bit RSA key in PEM has less than 13,000 octets.
    private static final int MAX_SECRET = 64 * 1024;

    private HostFiles() {}

    /**
     * Opens a file.
     *
     * @param named the name of the file in messages
     * @throws FileFailure when it does not exist, is a directory, or cannot be read by this user
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
     * @param max the size limit in octets
     * @throws FileFailure also when it is larger
     */
    public static Octets read(Path file, String named, int max) throws FileFailure {
        try (InputStream in = open(file, named)) {
            byte[] octets = in.readNBytes(max + 1);
            if (octets.length > max) {
                throw new FileFailure(
                        Reason.TOO_LARGE, named + " is larger than " + max + " bytes: is it the right file?");
            }
            return Octets.wrap(octets);
        } catch (IOException unreadable) {
            throw failure(unreadable, named);
        }
    }

    /**
     * Reads a whole file, which must be a regular file: reading a named pipe could block.
     *
     * @param max the size limit in octets
     * @throws FileFailure also when it is larger, or not a regular file
     */
    static Octets readRegular(Path file, String named, int max) throws FileFailure {
        SecretFile.refuseSpecial(file, named);
        return read(file, named, max);
    }

    /**
     * Reads a file that contains a secret, such as a private key. Its kind, owner, group, permissions and directory are
     * checked before it is read.
     *
     * @throws FileFailure also when other users can read or replace the secret; the message has the command that corrects
     *     it
     */
    public static Octets readSecret(Path file, String named) throws FileFailure {
        String name = file.toString();
        if (Credentials.isName(name)) {
            String end = ": " + name;
            String setting = named.endsWith(end) ? named.substring(0, named.length() - end.length()) : named;
            return Credentials.read(Credentials.resolve(name, setting), named);
        }
        return readSecret(file, named, ProcessIdentity.current());
    }

    /**
     * Reads a file that should contain a private key, as {@link #readSecret(Path, String)} does.
     *
     * @throws FileFailure also when the file contains no private key, and others can read it: the message says what the file
     *     is, and does not advise to change its permissions
     */
    public static Octets readPrivateKey(Path file, String named) throws FileFailure {
        try {
            return readSecret(file, named);
        } catch (FileFailure refused) {
            throw refusalOfKey(file, named, refused);
        }
    }

    /**
     * The failure for a key file that was refused. A file without a private key is named as such: a change of its permissions
     * would not help, and could harm the program that the file belongs to.
     */
    static FileFailure refusalOfKey(Path file, String named, FileFailure refused) {
        if (refused.reason() != Reason.FORBIDDEN) {
            return refused;
        }
        Octets text;
        try {
            text = readRegular(file, named, MAX_SECRET);
        } catch (FileFailure unreadable) {
            return unreadable.reason() == Reason.TOO_LARGE ? unreadable : refused;
        }
        // A key that is encrypted or damaged is still a secret.
        return SigningKey.parse(text, Optional.empty(), RsaEngine.jca())
                                instanceof Parsed.Malformed<SigningKey, String>(String reason)
                        && !text.latin1().contains("PRIVATE KEY")
                ? new FileFailure(Reason.INVALID, named + ": " + reason)
                : refused;
    }

    /**
     * Reads a secret that a policy file names: a file, or a credential of systemd as {@code credential:NAME}.
     *
     * @param policyFile the file that other names are relative to
     * @param setting its key in the policy file, for messages
     */
    public static Octets readSecret(Path policyFile, String name, String setting) throws FileFailure {
        Path file = secretFile(policyFile, name);
        return readSecret(file, setting + ": " + file);
    }

    /**
     * The file of a secret that a policy file names, for {@link #readSecret(Path, String)}. The name of a credential stays as it is.
     *
     * @param policyFile the file that other names are relative to
     */
    public static Path secretFile(Path policyFile, String name) {
        return Credentials.isName(name) ? Path.of(name) : policyFile.resolveSibling(name);
    }

    /**
     * Checks a file with a secret as {@link #readSecret(Path, String)} does when a service reads it.
     *
     * @param reader the user of the service; empty on systems without users
     * @throws FileFailure if the service would refuse the file, or could not read it
     */
    public static void requireSecret(Path file, String named, Optional<ProcessIdentity> reader) throws FileFailure {
        if (Credentials.isName(file.toString())) {
            // systemd passes it to the service when it starts.
            return;
        }
        readSecret(file, named, reader);
        FileAccess.requireReadable(reader, file, named);
    }

    static Octets readSecret(Path file, String named, Optional<ProcessIdentity> process) throws FileFailure {
        SecretFile.refuseSpecial(file, named);
        if (process.isPresent()) {
            new SecretFile(file, named, process.get()).refuseReachable();
        }
        return read(file, named, MAX_SECRET);
    }

    /** The failure for a file that could not be read. */
    public static FileFailure failure(IOException unreadable, String named) {
        return switch (unreadable) {
            case NoSuchFileException missing ->
                new FileFailure(Reason.MISSING, named + " does not exist: check the name");
            case AccessDeniedException denied ->
                new FileFailure(
                        Reason.FORBIDDEN,
                        Optional.ofNullable(denied.getFile())
                                .flatMap(file -> FileAccess.readRefusal(Path.of(file)))
                                .map(refusal -> named + ": " + refusal)
                                .orElseGet(() -> named + " may not be read by the user "
                                        + System.getProperty("user.name")
                                        + ": change its owner or group, or run as another user"));
            default -> new FileFailure(Reason.UNREADABLE, named + " cannot be read: " + reason(unreadable));
        };
    }

    /**
     * Says why a file could not be written, and what to do. It looks at the folder and the disk, because what the Java runtime
     * tells is often the name of the file alone.
     */
    public static String writeProblem(Path file, IOException failed) {
        if (Files.isDirectory(file)) {
            return file + " is a directory: name a file in it";
        }
        return file + " cannot be written: "
                + placeProblem(file)
                        .or(() -> FileAccess.writeRefusal(file))
                        .or(() -> diskProblem(file, failed))
                        .orElseGet(() -> failed instanceof AccessDeniedException
                                ? "permission denied: choose another directory, or run the command as another user"
                                : reason(failed) + ": check its disk, or choose another directory");
    }

    private static Optional<String> placeProblem(Path file) {
        Path directory = directoryOf(file);
        if (Files.isDirectory(directory)) {
            return Optional.empty();
        }
        return Optional.of(
                Files.exists(directory)
                        ? directory + " is no directory: choose another name"
                        : "the directory " + directory + " does not exist: create it, or choose another one");
    }

    private static Optional<String> diskProblem(Path file, IOException failed) {
        try {
            FileStore disk = Files.getFileStore(directoryOf(file));
            if (disk.isReadOnly()) {
                return Optional.of("its file system is mounted for reading only: choose another directory");
            }
            // The failed file is gone again, so that there can be room for a smaller one.
            boolean full = reason(failed).startsWith("No space left") || disk.getUsableSpace() < disk.getBlockSize();
            return full
                    ? Optional.of("its disk is full: make room on the disk, or choose another directory")
                    : Optional.empty();
        } catch (IOException | UnsupportedOperationException unknown) {
            return Optional.empty();
        }
    }

    private static Path directoryOf(Path file) {
        return Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
    }

    /** What the system says, without the names of files. */
    private static String reason(IOException failed) {
        String detail = failed instanceof FileSystemException system ? system.getReason() : failed.getMessage();
        return detail == null ? failed.toString() : detail;
    }

    /** The failure for a directory or file whose name cannot be meant. */
    public static FileFailure directory(String named, String problem) {
        return new FileFailure(Reason.MISSING, named + " cannot be read: " + problem);
    }

    /** The failure for a file that has no such message. */
    public static FileFailure noMessage(String named, String predicate) {
        return new FileFailure(Reason.NO_MESSAGE, named + " " + predicate);
    }
}

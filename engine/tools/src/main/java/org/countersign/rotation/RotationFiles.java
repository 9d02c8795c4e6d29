package org.countersign.rotation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.config.ConfigProblem;
import org.countersign.config.SigningTableFile;
import org.countersign.config.SigningTableText;
import org.countersign.crypto.RsaEngine;
import org.countersign.explain.ExplanationJson;
import org.countersign.keys.SigningKey;
import org.countersign.rotation.RotationFailure.Reason;
import org.countersign.service.FileFailure;
import org.countersign.service.HostFiles;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

/**
 * The files of a rotation: the table, the states next to it, the lock, and the private keys. Each file is written whole under
 * another name, brought to the disk and renamed, so that a reader never sees a part of it.
 */
public final class RotationFiles {
    private static final String STATES = ".keys.json";
    private static final String LOCK = ".lock";
    private static final String TEMPORARY = ".new";
    private static final int MAX_STATES = 64 << 20;

    private final Path table;
    private final Path states;
    private final Path keys;
    private final WriteStep step;

    /** Called before each change of the disk. Tests end the program there. */
    interface WriteStep {
        void before(String change) throws IOException;
    }

    /**
     * @param table the table file, which need not exist
     * @param keys the directory for new private keys
     */
    public RotationFiles(Path table, Path keys) {
        this(table, keys, change -> {});
    }

    RotationFiles(Path table, Path keys, WriteStep step) {
        this.table = table;
        this.states = table.resolveSibling(table.getFileName() + STATES);
        this.keys = keys;
        this.step = step;
    }

    /** The table file. */
    public Path table() {
        return table;
    }

    /** The file of states. */
    public Path states() {
        return states;
    }

    /** Holds the lock until it is closed. */
    static final class Lock implements AutoCloseable {
        private final FileChannel channel;
        private final FileLock lock;

        Lock(FileChannel channel, FileLock lock) {
            this.channel = channel;
            this.lock = lock;
        }

        @Override
        public void close() throws IOException {
            lock.release();
            channel.close();
        }
    }

    /**
     * Takes the lock.
     *
     * @throws RotationFailure if another command has it
     */
    Lock lock() throws RotationFailure {
        Path file = table.resolveSibling(table.getFileName() + LOCK);
        try {
            Files.createDirectories(directory(file));
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            return take(channel, file)
                    .orElseThrow(() -> new RotationFailure(
                            Reason.TRY_AGAIN,
                            file + " is locked: another countersign key command runs; try again when it has ended"));
        } catch (IOException failed) {
            throw notWritten(file, failed);
        }
    }

    /** Locks an open file, or closes it. */
    private Optional<Lock> take(FileChannel channel, Path file) throws IOException {
        Optional<FileLock> lock = Optional.empty();
        try {
            step.before("lock " + file);
            lock = Optional.ofNullable(channel.tryLock());
            return lock.map(taken -> new Lock(channel, taken));
        } catch (OverlappingFileLockException sameProcess) {
            return Optional.empty();
        } finally {
            if (lock.isEmpty()) {
                channel.close();
            }
        }
    }

    /** Reads the table; an empty one if there is no such file. */
    SigningTableText readTable() throws RotationFailure {
        Octets octets = Octets.wrap(read(table, SigningTableFile.MAX_SIZE + 1).orElse(new byte[0]));
        return switch (SigningTableText.parse(table.toString(), octets)) {
            case Parsed.Value<SigningTableText, List<ConfigProblem>>(SigningTableText text) -> text;
            case Parsed.Malformed<SigningTableText, List<ConfigProblem>>(List<ConfigProblem> problems) ->
                throw new RotationFailure(
                        Reason.BAD_FILE,
                        problems.stream().map(ConfigProblem::toString).toList());
        };
    }

    /** Reads a private key; empty if that is not possible. */
    static Optional<SigningKey> findKey(Path file) {
        try {
            return Optional.of(readKey(file));
        } catch (FileFailure unreadable) {
            return Optional.empty();
        }
    }

    /**
     * Reads a private key.
     *
     * @throws FileFailure if the service could not sign with it either
     */
    static SigningKey readKey(Path file) throws FileFailure {
        return switch (SigningKey.parse(
                HostFiles.readPrivateKey(file, file.toString()), Optional.empty(), RsaEngine.jca())) {
            case Parsed.Value<SigningKey, String>(SigningKey key) -> key;
            case Parsed.Malformed<SigningKey, String>(String problem) ->
                throw new FileFailure(FileFailure.Reason.INVALID, file + ": " + problem);
        };
    }

    /** Reads the states; none if there is no such file. */
    RotationStates readStates() throws RotationFailure {
        Optional<byte[]> octets = read(states, MAX_STATES);
        try {
            return octets.isEmpty() ? RotationStates.NONE : RotationJson.read(octets.get());
        } catch (IOException wrong) {
            throw new RotationFailure(
                    Reason.BAD_FILE,
                    states + " cannot be used: " + wrong.getMessage() + "; restore it from a backup. The table file"
                            + " is not changed, and signing goes on");
        }
    }

    private static Optional<byte[]> read(Path file, int max) throws RotationFailure {
        try (InputStream in = HostFiles.open(file, file.toString())) {
            return Optional.of(in.readNBytes(max));
        } catch (FileFailure unusable) {
            if (Files.notExists(file)) {
                return Optional.empty();
            }
            throw new RotationFailure(unusable.reason(), unusable.lines());
        } catch (IOException failed) {
            FileFailure failure = HostFiles.failure(failed, file.toString());
            throw new RotationFailure(failure.reason(), failure.lines());
        }
    }

    /** Creates the table without a line if there is none: the service loads no policy that names a missing table. */
    void createTable() throws RotationFailure {
        if (Files.notExists(table)) {
            replace(table, new byte[0], "rw-r--r--");
        }
    }

    /** Writes the table. */
    void write(SigningTableText text) throws RotationFailure {
        replace(table, text.text().getBytes(StandardCharsets.UTF_8), "rw-r--r--");
    }

    /** Writes the states. */
    void write(RotationStates changed) throws RotationFailure {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try {
            ExplanationJson.write(RotationJson.write(changed), new PrintStream(octets, true, StandardCharsets.UTF_8));
        } catch (IOException failed) {
            throw notWritten(states, failed);
        }
        replace(states, octets.toByteArray(), "rw-r--r--");
    }

    /** Replaces a file, or creates it. The file keeps its mode, its owner and its group. */
    private void replace(Path file, byte[] content, String mode) throws RotationFailure {
        Path real = file;
        try {
            // A link stays a link: the file that it names is replaced.
            real = Files.isSymbolicLink(file) ? file.toRealPath() : file;
            Path temporary = real.resolveSibling(real.getFileName() + TEMPORARY);
            step.before("create " + temporary);
            Files.deleteIfExists(temporary);
            Files.createDirectories(directory(real));
            writeNew(temporary, content, mode);
            if (Files.exists(real)) {
                keepAttributes(real, temporary);
            }
            step.before("rename " + temporary);
            Files.move(temporary, real, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            sync(directory(real));
        } catch (IOException failed) {
            throw notWritten(real, failed);
        }
    }

    private void writeNew(Path file, byte[] content, String mode) throws IOException {
        Set<StandardOpenOption> onlyNew = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(file, onlyNew, KeyFileWriter.permissions(mode))) {
            // In two parts, so that a test can end the program between them.
            ByteBuffer buffer = ByteBuffer.wrap(content);
            buffer.limit(content.length / 2);
            channel.write(buffer);
            step.before("write the rest of " + file);
            buffer.limit(content.length);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    /** Gives a file the owner, the group and the mode of another one. */
    private static void keepAttributes(Path from, Path to) throws IOException {
        PosixFileAttributeView source = Files.getFileAttributeView(from, PosixFileAttributeView.class);
        if (source == null) {
            return;
        }
        PosixFileAttributes before = source.readAttributes();
        PosixFileAttributeView target = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        PosixFileAttributes now = target.readAttributes();
        if (!before.group().equals(now.group())) {
            target.setGroup(before.group());
        }
        if (!before.owner().equals(now.owner())) {
            target.setOwner(before.owner());
        }
        target.setPermissions(before.permissions());
    }

    private static Path directory(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }

    /** Brings the names in a directory to the disk. */
    private static void sync(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException unsupported) {
            // Not every file system has this; the file itself is on the disk.
        }
    }

    /** Where the table says that a key file is. */
    Path keyFile(String named) {
        return table.resolveSibling(named);
    }

    /** How the table names a new key file: relative to the directory of the table, where that is possible. */
    String nameOf(Path keyFile) {
        Path directory = directory(table);
        Path absolute = keyFile.toAbsolutePath().normalize();
        return absolute.startsWith(directory.normalize())
                ? directory.normalize().relativize(absolute).toString()
                : absolute.toString();
    }

    /** The place of a new key. */
    Path newKeyFile(String name) {
        return keys.resolve(name);
    }

    /**
     * Writes a private key, so that the user of the service can read it where the directory is for that. In a directory that its
     * group may enter, the key gets this group and the mode 640. Elsewhere it has the mode 600.
     *
     * @throws RotationFailure also if the file exists
     */
    void writeKey(Path file, String pem) throws RotationFailure {
        try {
            KeyFileWriter.createDirectory(keys);
            step.before("create " + file);
            Path temporary = file.resolveSibling(file.getFileName() + TEMPORARY);
            Files.deleteIfExists(temporary);
            writeNew(temporary, pem.getBytes(StandardCharsets.US_ASCII), "rw-------");
            KeyFileWriter.shareWithGroup(temporary);
            step.before("rename " + temporary);
            if (Files.exists(file)) {
                throw new FileAlreadyExistsException(file.toString());
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            sync(keys);
        } catch (IOException failed) {
            throw notWritten(file, failed);
        }
    }

    /** Deletes a private key; nothing if there is none. */
    void deleteKey(Path file) throws RotationFailure {
        try {
            step.before("delete " + file);
            Files.deleteIfExists(file);
        } catch (IOException failed) {
            throw notWritten(file, failed);
        }
    }

    private static RotationFailure notWritten(Path file, IOException failed) {
        return failed instanceof AccessDeniedException
                ? new RotationFailure(
                        Reason.NOT_WRITTEN, file + " may not be written by this user: run the command as root")
                : new RotationFailure(Reason.NOT_WRITTEN, HostFiles.writeProblem(file, failed));
    }
}

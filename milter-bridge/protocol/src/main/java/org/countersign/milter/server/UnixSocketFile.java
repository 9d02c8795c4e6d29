package org.countersign.milter.server;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The file of a UNIX-domain socket. It is removed with the server; files of other servers are never removed. */
final class UnixSocketFile {
    private static final int FILE_TYPE = 0xF000;
    private static final int SOCKET = 0xC000;
    private static final Path PROCESS_STATUS = Path.of("/proc/self/status");
    private static final String UMASK = "Umask:";
    private static final int OCTAL = 8;
    // Write permission of group and others, which allows to connect.
    private static final int OTHERS_CONNECT = 0022;

    private final Path path;
    private final @Nullable Object key;

    private UnixSocketFile(Path path, @Nullable Object key) {
        this.path = path;
        this.key = key;
    }

    /**
     * Removes the socket file that a terminated server has left at this path.
     *
     * @throws SocketFileException if the file is not a socket, or a process may accept connections on it
     */
    static void removeStale(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!isSocket(path)) {
            throw new SocketFileException(
                    "a file of this name exists and is not a socket: remove it, or choose another name");
        }
        // Not blocking, because a process that accepts nothing may have a full queue.
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (ConnectException nobody) {
            delete(path, nobody);
            return;
        } catch (IOException unknown) {
            throw inUse(path)
                    .orElseGet(() -> new SocketFileException(
                            "a socket of this name exists, and it cannot be found out whether a process serves it ("
                                    + unknown.getMessage() + "): remove the file if none does",
                            unknown));
        }
        throw inUse(path)
                .orElseGet(() ->
                        new SocketFileException("another process serves this socket: stop it, or choose another name"));
    }

    /** Whether an existing file is a socket. */
    static boolean isSocket(Path path) throws IOException {
        int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return (mode & FILE_TYPE) == SOCKET;
    }

    private static Optional<SocketFileException> inUse(Path path) {
        return ListeningProcess.onSocket(path)
                .map(process -> new SocketFileException(process.inUse("this socket", "another name")));
    }

    private static void delete(Path path, IOException stale) throws SocketFileException {
        try {
            Files.deleteIfExists(path);
        } catch (IOException refused) {
            refused.addSuppressed(stale);
            throw new SocketFileException(
                    "a terminated process has left this socket, and this user may not remove it: remove the file",
                    refused);
        }
    }

    /**
     * Binds a socket, and gives its file the permissions. Before the file has them, only the user of the process can
     * connect: the umask prevents others, or the file is made in a directory that they cannot enter.
     *
     * @param channel is bound, also after an exception
     */
    static UnixSocketFile bind(ServerSocketChannel channel, Path path, SocketPermissions permissions, int backlog)
            throws IOException {
        return bind(channel, path, permissions, backlog, othersMayConnectToNewSockets());
    }

    /**
     * @param open whether others can connect to a socket before its permissions are set
     */
    static UnixSocketFile bind(
            ServerSocketChannel channel, Path path, SocketPermissions permissions, int backlog, boolean open)
            throws IOException {
        if (!open) {
            channel.bind(UnixDomainSocketAddress.of(path), backlog);
            try {
                permissions.apply(path);
                return new UnixSocketFile(path, key(path));
            } catch (IOException | RuntimeException e) {
                Files.deleteIfExists(path);
                throw e;
            }
        }
        Path parent = Objects.requireNonNullElse(path.toAbsolutePath().getParent(), path);
        Path closed = Files.createTempDirectory(
                parent, ".", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path made = closed.resolve("s");
        try {
            channel.bind(UnixDomainSocketAddress.of(made), backlog);
            permissions.apply(made);
            Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
            return new UnixSocketFile(path, key(path));
        } finally {
            Files.deleteIfExists(made);
            Files.delete(closed);
        }
    }

    /** Where the umask is not known, this assumes the worst. */
    private static boolean othersMayConnectToNewSockets() {
        try (Stream<String> lines = Files.lines(PROCESS_STATUS)) {
            return lines.filter(line -> line.startsWith(UMASK))
                    .map(line -> Integer.parseInt(line.substring(UMASK.length()).strip(), OCTAL))
                    .findFirst()
                    .map(umask -> (umask & OTHERS_CONNECT) != OTHERS_CONNECT)
                    .orElse(true);
        } catch (IOException | RuntimeException unknown) {
            return true;
        }
    }

    /** Removes the file, unless another server has replaced it. */
    void remove() throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && Objects.equals(key, key(path))) {
            Files.delete(path);
        }
    }

    private static @Nullable Object key(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }
}

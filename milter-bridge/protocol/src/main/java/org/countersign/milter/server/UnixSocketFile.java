package org.countersign.milter.server;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The file of a UNIX-domain socket: nobody else's is touched, and ours does not outlive us. */
final class UnixSocketFile {
    private static final int FILE_TYPE = 0xF000;
    private static final int SOCKET = 0xC000;

    private final Path path;
    private final @Nullable Object key;

    private UnixSocketFile(Path path, @Nullable Object key) {
        this.path = path;
        this.key = key;
    }

    /**
     * Makes way for a socket at this path: removes the file that a dead server has left.
     *
     * @throws IOException for a file that is no socket, or one that somebody answers on
     */
    static void makeWay(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & FILE_TYPE) != SOCKET) {
            throw new FileAlreadyExistsException(path.toString(), null, "is there and not a socket");
        }
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            throw new BindException("somebody answers on " + probe.getRemoteAddress());
        } catch (ConnectException nobody) {
            Files.delete(path);
        }
    }

    /** Takes charge of the file that binding has just made. */
    static UnixSocketFile own(Path path, Set<PosixFilePermission> permissions) throws IOException {
        Files.setPosixFilePermissions(path, permissions);
        return new UnixSocketFile(path, key(path));
    }

    /** Removes the file, unless another server has put its own in its place. */
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

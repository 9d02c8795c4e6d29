package org.countersign.milter.server;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.countersign.milter.wire.ListenAddress;

/** The server cannot listen on an address. The message names the address, the reason and the remedy. */
public final class BindFailure extends IOException {
    private static final long serialVersionUID = 1;
    // sun_path has 108 octets on Linux, including the terminating NUL.
    private static final int MAX_SOCKET_PATH = 107;
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final int MOUNT_PATH = 4;
    private static final int MOUNT_OPTIONS = 5;
    private static final int FIRST_UNPRIVILEGED_PORT = 1024;

    public BindFailure(ListenAddress address, IOException cause) {
        super(
                "cannot listen on " + address + ": "
                        + switch (address) {
                            case ListenAddress.Inet inet -> inetReason(inet, cause);
                            case ListenAddress.Unix unix -> unixReason(unix.path(), cause);
                        },
                cause);
    }

    /** The text of the system may be in any language, so it is used only where nothing else tells the reason. */
    private static String inetReason(ListenAddress.Inet inet, IOException cause) {
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof UnknownHostException) {
            return "the host " + inet.host() + " has no " + (inet.version6() ? "IPv6 " : "")
                    + "address: correct the name, or use an IP address";
        }
        if (!isOurs(inet)) {
            return "this machine does not have the address: use one of its addresses (ip address shows them)";
        }
        if (inet.port() < FIRST_UNPRIVILEGED_PORT && message.contains("ermission denied")) {
            return "this user may not use ports below " + FIRST_UNPRIVILEGED_PORT + ": choose a higher one";
        }
        if (cause instanceof BindException) {
            return ListeningProcess.onPort(inet.port())
                    .map(process -> process.inUse("this port", "another port"))
                    .orElse("another process uses this port, perhaps the installed service (systemctl status"
                            + " countersign): stop it (as root, ss -ltnp shows it), or choose another port");
        }
        return message;
    }

    /** True if it cannot be found out. */
    private static boolean isOurs(ListenAddress.Inet inet) {
        try {
            SocketAddress resolved = inet.resolve();
            InetAddress address = ((InetSocketAddress) resolved).getAddress();
            return address.isAnyLocalAddress()
                    || address.isLoopbackAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (IOException unknown) {
            return true;
        }
    }

    private static String unixReason(Path path, IOException cause) {
        if (cause instanceof SocketFileException) {
            return String.valueOf(cause.getMessage());
        }
        return unixObstacle(path).orElseGet(() -> String.valueOf(cause.getMessage()));
    }

    /** What keeps this user from making a socket of this name, with the remedy; empty if nothing is known. */
    static Optional<String> unixObstacle(Path path) {
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_SOCKET_PATH) {
            return Optional.of(
                    "the path of a socket may have at most " + MAX_SOCKET_PATH + " octets: choose a shorter path");
        }
        Path directory = path.toAbsolutePath().getParent();
        if (directory == null) {
            return Optional.of("this is a directory: add the name of the socket");
        }
        if (!Files.isDirectory(directory)) {
            return Optional.of(missing(directory));
        }
        if (isReadOnly(directory)) {
            return Optional.of("the directory " + directory + " is read-only for this process: with systemd, add"
                    + " ReadWritePaths=" + directory + " to the unit, or listen below its RuntimeDirectory;"
                    + " in Postfix's chroot directory use a socket unit");
        }
        if (!Files.isWritable(directory)) {
            return Optional.of("this user may not create files in " + directory
                    + ": make the user of the service the owner of the directory");
        }
        return Optional.empty();
    }

    /** Names the first directory that is missing, or that this user cannot enter. */
    private static String missing(Path directory) {
        Path existing = directory.getParent();
        while (existing != null && !Files.isDirectory(existing)) {
            existing = existing.getParent();
        }
        if (existing != null && !Files.isExecutable(existing)) {
            return "this user may not enter the directory " + existing
                    + ": give it the permission (chmod), or choose another directory";
        }
        return "the directory " + directory
                + " does not exist: create it, with the user of the service as its owner"
                + " and a group that the mail server is in";
    }

    /** Whether the mount of a directory is read-only, as systemd mounts what a service may not change. */
    private static boolean isReadOnly(Path directory) {
        boolean readOnly = false;
        int depth = -1;
        try (Stream<String> lines = Files.lines(MOUNTS)) {
            for (String line : lines.toList()) {
                // An entry: its ID, that of its parent, the device, the root of the mount, its path, and its options.
                List<String> words = List.of(line.split(" ", MOUNT_OPTIONS + 2));
                Path mount = Path.of(words.get(MOUNT_PATH));
                if (directory.startsWith(mount) && mount.getNameCount() >= depth) {
                    depth = mount.getNameCount();
                    readOnly = List.of(words.get(MOUNT_OPTIONS).split(",", -1)).contains("ro");
                }
            }
            return readOnly;
        } catch (IOException | RuntimeException unknown) {
            return false;
        }
    }
}

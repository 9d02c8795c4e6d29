package org.countersign.milter.server;

import java.io.IOException;
import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.countersign.milter.wire.ListenAddress;

/** The server cannot listen on an address. The message names the address, the reason and the remedy. */
public final class BindFailure extends IOException {
    private static final long serialVersionUID = 1;
    // sun_path has 108 octets on Linux, including the terminating NUL.
    private static final int MAX_SOCKET_PATH = 107;
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

    private static String inetReason(ListenAddress.Inet inet, IOException cause) {
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof UnknownHostException) {
            return "the host " + inet.host() + " has no " + (inet.version6() ? "IPv6 " : "")
                    + "address: correct the name, or use an IP address";
        }
        if (message.contains("in use")) {
            return "another process uses this port: stop it (ss -ltnp shows it), or choose another port";
        }
        if (message.contains("assign requested address")) {
            return "this machine does not have the address: use one of its addresses (ip address shows them)";
        }
        if (message.contains("ermission denied") && inet.port() < FIRST_UNPRIVILEGED_PORT) {
            return "this user may not use ports below " + FIRST_UNPRIVILEGED_PORT + ": choose a higher one";
        }
        return message;
    }

    private static String unixReason(Path path, IOException cause) {
        Path directory = path.toAbsolutePath().getParent();
        if (cause instanceof FileAlreadyExistsException) {
            return "a file of this name exists and is not a socket: remove it, or choose another name";
        }
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_SOCKET_PATH) {
            return "the path of a socket may have at most " + MAX_SOCKET_PATH + " octets: choose a shorter path";
        }
        if (directory != null && !Files.isDirectory(directory)) {
            return "the directory " + directory
                    + " does not exist: create it, with the user of the service as its owner"
                    + " and a group that the mail server is in";
        }
        if (directory != null && !Files.isWritable(directory)) {
            return "this user may not create files in " + directory
                    + ": make the user of the service the owner of the directory";
        }
        if (cause instanceof BindException) {
            return "another process serves this socket: stop it, or choose another name";
        }
        return String.valueOf(cause.getMessage());
    }
}

package org.countersign.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Finds a TCP port for a program that cannot choose one itself. Another process may take the port meanwhile. */
public final class FreePort {
    private FreePort() {}

    /** A port of the loopback address that no process uses now. */
    public static int find() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException shortage) {
            throw new UncheckedIOException(shortage);
        }
    }
}

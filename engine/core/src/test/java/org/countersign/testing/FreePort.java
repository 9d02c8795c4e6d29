package org.countersign.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds a port for a program that cannot choose one itself. The system gives no such port to a client or to a server without
 * a port of its own, so that the port stays free until the program uses it. Tests that run at the same time get other ports.
 */
public final class FreePort {
    // The ports that Linux chooses begin at 32768.
    private static final int MIN = 12_000;
    private static final int COUNT = 20_000;
    private static final int MAX_TRIES = 100;
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

    private FreePort() {}

    /** A port of the loopback address that no process uses now, neither for TCP nor for UDP. */
    public static int find() {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        for (int tries = 1; ; tries++) {
            int port = next();
            try (ServerSocket tcp = new ServerSocket(port, 1, loopback);
                    DatagramSocket udp = new DatagramSocket(port, loopback)) {
                if (tcp.getLocalPort() == udp.getLocalPort()) {
                    return port;
                }
            } catch (IOException taken) {
                if (tries == MAX_TRIES) {
                    throw new UncheckedIOException(taken);
                }
            }
        }
    }

    /** The next port to try, for a server that binds it at once. */
    static int next() {
        return MIN + Math.floorMod(NEXT.getAndIncrement(), COUNT);
    }

    /** Such a port with its address. */
    public static InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), find());
    }
}

package org.countersign.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds a port for a program that cannot choose one itself. The system gives no such port to a client or to a server without
 * a port of its own, so that the port stays free until the program uses it. Tests that run at the same time get other ports.
 */
public final class FreePort {
    // The ports that Linux chooses begin at 32768.
    private static final int MIN = 12_000;
    private static final int COUNT = 20_000;
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));
    // The local address and port of a socket, as in "  12: 0100007F:1F90 00000000:0000 0A".
    private static final Pattern LOCAL_PORT = Pattern.compile("^ *\\d+: [0-9A-F]+:([0-9A-F]{4}) ");

    private FreePort() {}

    /**
     * A port that no socket of this machine uses now, neither for TCP nor for UDP, at any address. Linux lists the sockets.
     * A socket that tried the port would itself keep it in use for a moment: a process that is being started has the open
     * sockets of its parent. Where the system has no such list, the port is the next one.
     */
    public static int find() {
        for (int tries = 0; tries < COUNT; tries++) {
            int port = next();
            if (!isUsed(port)) {
                return port;
            }
        }
        throw new IllegalStateException("all ports from " + MIN + " to " + (MIN + COUNT - 1) + " are in use");
    }

    /** The next port to try, for a server that binds it at once. */
    static int next() {
        return MIN + Math.floorMod(NEXT.getAndIncrement(), COUNT);
    }

    private static boolean isUsed(int port) {
        for (String table : List.of("tcp", "tcp6", "udp", "udp6")) {
            Path file = Path.of("/proc/net", table);
            if (Files.exists(file) && lists(file, port)) {
                return true;
            }
        }
        return false;
    }

    private static boolean lists(Path table, int port) {
        try {
            for (String line : Files.readAllLines(table)) {
                Matcher socket = LOCAL_PORT.matcher(line);
                if (socket.lookingAt() && HexFormat.fromHexDigits(socket.group(1)) == port) {
                    return true;
                }
            }
            return false;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Such a port with its address. */
    public static InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), find());
    }
}

package org.countersign.testing;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

/** The sockets of a server at one port of a loopback address, for UDP and TCP alike. */
public record ServerSockets(DatagramSocket udp, ServerSocket tcp) {
    private static final int MAX_TRIES = 50;
    private static final int BACKLOG = 50;

    /** Opens sockets at a port that no other server of these tests tries, and that the system gives to no client. */
    public static ServerSockets open(InetAddress address) throws IOException {
        return open(FreePort::next, address);
    }

    /** Opens sockets at this port, such as one of a server that was closed before. */
    public static ServerSockets open(int port, InetAddress address) throws IOException {
        return open(() -> port, address);
    }

    // A process that is being started has the open sockets of its parent for a moment. A port of a socket that was just
    // closed
    // may therefore still be in use.
    private static ServerSockets open(IntSupplier ports, InetAddress address) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                return bind(ports.getAsInt(), address);
            } catch (IOException taken) {
                if (tries == MAX_TRIES) {
                    throw taken;
                }
                LockSupport.parkNanos(1_000_000L * tries);
            }
        }
    }

    private static ServerSockets bind(int port, InetAddress address) throws IOException {
        DatagramSocket udp = new DatagramSocket(port, address);
        try {
            return new ServerSockets(udp, new ServerSocket(port, BACKLOG, address));
        } catch (IOException taken) {
            udp.close();
            throw taken;
        }
    }
}

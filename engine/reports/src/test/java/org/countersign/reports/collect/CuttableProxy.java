package org.countersign.reports.collect;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A network that can fail: forwards TCP connections to a port of the loopback interface. */
public final class CuttableProxy implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean hanging;
    private volatile boolean refusing;

    public CuttableProxy(int target) throws IOException {
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Ends all connections at once, possibly between the octets of one message. */
    public void cut() {
        sockets.forEach(CuttableProxy::reset);
    }

    /** Whether new connections are refused. */
    public void refuse(boolean yes) {
        refusing = yes;
    }

    /** Whether octets get lost from now on, without an error. */
    public void hang(boolean yes) {
        hanging = yes;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                sockets.add(client);
                if (refusing) {
                    reset(client);
                    continue;
                }
                Socket database = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(database);
                Thread.ofVirtual().start(() -> copy(client, database));
                Thread.ofVirtual().start(() -> copy(database, client));
            } catch (IOException unreachable) {
                cut();
            }
        }
    }

    private void copy(Socket from, Socket to) {
        byte[] buffer = new byte[4_096];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (!hanging) {
                    out.write(buffer, 0, count);
                }
            }
        } catch (IOException cut) {
            // The other direction ends too, because both sockets are closed.
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException closed) {
            // As wanted.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }
}

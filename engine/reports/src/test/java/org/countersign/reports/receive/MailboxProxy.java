package org.countersign.reports.receive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Forwards connections to an IMAP server without TLS. Counts the messages that one answer of the server names, and can end a
 * connection in the middle of an answer.
 */
final class MailboxProxy implements AutoCloseable {
    private static final byte[] FETCH = " FETCH (".getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int target;
    private volatile long cutAfter = Long.MAX_VALUE;
    private final AtomicInteger named = new AtomicInteger();
    private final AtomicInteger mostNamed = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();

    MailboxProxy(int target) throws IOException {
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Ends each connection from now on after so many octets of the server. */
    void cutAfter(long octets) {
        cutAfter = octets;
    }

    /** How many messages one answer has named at most. */
    int mostNamed() {
        return mostNamed.get();
    }

    int connections() {
        return connections.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Socket mailbox = new Socket(InetAddress.getLoopbackAddress(), target);
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> ask(client, mailbox));
                Thread.ofVirtual().start(() -> answer(mailbox, client));
            } catch (IOException closed) {
                // The connection, or this.
            }
        }
    }

    private void ask(Socket client, Socket mailbox) {
        byte[] buffer = new byte[4_096];
        try (client;
                mailbox) {
            InputStream in = client.getInputStream();
            OutputStream out = mailbox.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                named.set(0);
                out.write(buffer, 0, count);
            }
        } catch (IOException ended) {
            // The other direction ends too, because both sockets are closed.
        }
    }

    private void answer(Socket mailbox, Socket client) {
        byte[] buffer = new byte[4_096];
        int matched = 0;
        try (client;
                mailbox) {
            InputStream in = mailbox.getInputStream();
            OutputStream out = client.getOutputStream();
            long total = 0;
            int count = in.read(buffer);
            while (count >= 0) {
                for (int i = 0; i < count; i++) {
                    matched = buffer[i] == FETCH[matched] ? matched + 1 : buffer[i] == FETCH[0] ? 1 : 0;
                    if (matched == FETCH.length) {
                        matched = 0;
                        mostNamed.accumulateAndGet(named.incrementAndGet(), Math::max);
                    }
                }
                out.write(buffer, 0, (int) Math.min(count, cutAfter - total));
                total += count;
                count = total < cutAfter ? in.read(buffer) : -1;
            }
        } catch (IOException ended) {
            // The other direction ends too, because both sockets are closed.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}

package org.countersign.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A server that accepts everything, except that it answers some commands in another way. */
public final class ScriptedSmtpServer implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    private final Map<String, String> replies;
    private final CountDownLatch silent = new CountDownLatch(1);

    /** @param replies by the first four letters of a command, a dot for the content; no text to say nothing */
    public ScriptedSmtpServer(Map<String, String> replies) throws IOException {
        this.replies = replies;
        Thread.ofVirtual().start(this::accept);
    }

    /** The port that it listens on, at 127.0.0.1. */
    public int port() {
        return socket.getLocalPort();
    }

    /** Waits until a client waits for a reply that does not come. */
    public boolean awaitSilence() throws InterruptedException {
        return silent.await(60, TimeUnit.SECONDS);
    }

    private void accept() {
        try {
            while (true) {
                serve(socket.accept());
            }
        } catch (IOException closed) {
            // The test has ended.
        }
    }

    private void serve(Socket client) {
        try (client) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            OutputStream out = client.getOutputStream();
            boolean data = false;
            String reply = replies.getOrDefault("GREETING", "220 scripted");
            while (true) {
                if (reply.isEmpty()) {
                    silent.countDown();
                } else {
                    out.write((reply + "\r\n").getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                }
                String line = in.readLine();
                while (data && line != null && !line.equals(".")) {
                    line = in.readLine();
                }
                if (line == null) {
                    return;
                }
                String verb = data ? "." : line.substring(0, 4).toUpperCase(Locale.ROOT);
                reply = replies.getOrDefault(verb, verb.equals("DATA") ? "354 go on" : "250 2.0.0 Ok");
                data = verb.equals("DATA") && reply.startsWith("354");
            }
        } catch (IOException gone) {
            // The client has closed the connection.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

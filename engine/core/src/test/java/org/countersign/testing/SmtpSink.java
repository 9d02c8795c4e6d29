package org.countersign.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A mail server on a free loopback port that stores the octets of all mail. It refuses recipients whose local part is
 * {@code unknown}.
 */
public final class SmtpSink implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /**
     * A received message, without the dots added for transparency (RFC 5321 §4.5.2).
     *
     * @param commands the commands before it, in order
     * @param message its octets as ISO 8859-1
     */
    public record Taken(List<String> commands, String message) {}

    private final ServerSocket server;
    private final List<String> extensions;
    private final LinkedBlockingQueue<Taken> taken = new LinkedBlockingQueue<>();

    private SmtpSink(ServerSocket server, List<String> extensions) {
        this.server = server;
        this.extensions = extensions;
    }

    /** A server that offers 8BITMIME. */
    public static SmtpSink modern() throws IOException {
        return start(List.of("8BITMIME"));
    }

    /** A server without 8BITMIME. */
    public static SmtpSink sevenBitOnly() throws IOException {
        return start(List.of());
    }

    private static SmtpSink start(List<String> extensions) throws IOException {
        SmtpSink sink = new SmtpSink(new ServerSocket(0, 20, InetAddress.getLoopbackAddress()), extensions);
        Thread.ofVirtual().start(sink::accept);
        return sink;
    }

    /** The port that it listens on. */
    public int port() {
        return server.getLocalPort();
    }

    /** Waits for the next message. */
    public Taken await() throws InterruptedException {
        Taken next = taken.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no message has come");
        }
        return next;
    }

    /** Whether all messages have been taken with {@link #await()}. */
    public boolean isEmpty() {
        return taken.isEmpty();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // The test has ended.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            List<String> commands = new ArrayList<>();
            say(out, "220 sink.example");
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                commands.add(line);
                String verb = line.substring(0, Math.min(4, line.length())).toUpperCase(Locale.ROOT);
                if (verb.equals("EHLO")) {
                    List<String> lines = new ArrayList<>(List.of("sink.example"));
                    lines.addAll(extensions);
                    for (int i = 0; i < lines.size(); i++) {
                        say(out, (i + 1 < lines.size() ? "250-" : "250 ") + lines.get(i));
                    }
                } else if (verb.equals("DATA")) {
                    say(out, "354 go on");
                    taken.add(new Taken(List.copyOf(commands), new String(content(in), StandardCharsets.ISO_8859_1)));
                    say(out, "250 taken");
                    commands.clear();
                } else if (line.toUpperCase(Locale.ROOT).startsWith("RCPT TO:<UNKNOWN@")) {
                    say(out, "550 5.1.1 no such user");
                } else if (verb.equals("QUIT")) {
                    say(out, "221 bye");
                    return;
                } else {
                    say(out, "250 ok");
                }
            }
        } catch (IOException gone) {
            // The client has closed the connection.
        }
    }

    private static byte[] content(InputStream in) throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        while (true) {
            byte[] line = rawLine(in);
            boolean dotted = line.length > 0 && line[0] == '.';
            if (line.length == 0 || (dotted && line.length == 3)) {
                return message.toByteArray();
            }
            message.write(line, dotted ? 1 : 0, dotted ? line.length - 1 : line.length);
        }
    }

    private static String line(InputStream in) throws IOException {
        return new String(rawLine(in), StandardCharsets.ISO_8859_1).stripTrailing();
    }

    private static byte[] rawLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            line.write(octet);
            if (octet == '\n') {
                break;
            }
        }
        return line.toByteArray();
    }

    private static void say(OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}

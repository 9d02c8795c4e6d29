package org.countersign.testing;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An SMTP client that sends exactly the given octets. It can act for another client address with the XCLIENT extension
 * of Postfix or with the PROXY protocol.
 */
public final class SmtpConnection implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 60_000;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private SmtpConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = new BufferedOutputStream(socket.getOutputStream());
    }

    /**
     * A reply of the server.
     *
     * @param lines the text after the code of each line
     */
    public record Reply(int code, List<String> lines) {
        public Reply {
            lines = List.copyOf(lines);
        }

        public boolean isPositive() {
            return code < 400;
        }

        /** The first line as sent: {@code 550 5.7.26 Email rejected}. */
        @Override
        public String toString() {
            return code + " " + lines.getFirst();
        }
    }

    /** Connects to a server on a loopback port. */
    public static SmtpConnection open(int port) throws IOException {
        return open(port, "");
    }

    /** Connects as a proxy for a client at this address. */
    public static SmtpConnection openThroughProxy(int port, String client) throws IOException {
        boolean four = client.indexOf(':') < 0;
        return open(
                port,
                four
                        ? "PROXY TCP4 " + client + " 127.0.0.1 40000 25\r\n"
                        : "PROXY TCP6 " + client + " ::1 40000 25\r\n");
    }

    /** Connects from another address of the loopback network, for servers that take no other word for the client. */
    public static SmtpConnection openFrom(String client, int port) throws IOException {
        return open(new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.getByName(client), 0), "");
    }

    private static SmtpConnection open(int port, String preface) throws IOException {
        return open(new Socket(InetAddress.getLoopbackAddress(), port), preface);
    }

    private static SmtpConnection open(Socket socket, String preface) throws IOException {
        try {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            SmtpConnection connection = new SmtpConnection(socket);
            connection.out.write(preface.getBytes(StandardCharsets.US_ASCII));
            connection.out.flush();
            connection.expect(connection.reply(), "the greeting");
            return connection;
        } catch (IOException failure) {
            socket.close();
            throw failure;
        }
    }

    /** Sends EHLO as a client at 127.0.0.1. */
    public SmtpConnection hello(String name) throws IOException {
        expect(command("EHLO " + name), "EHLO");
        return this;
    }

    /** Continues as a client at this address, and sends EHLO. */
    public SmtpConnection pretend(String address, String name) throws IOException {
        String form = address.indexOf(':') < 0 ? address : "IPV6:" + address;
        return pretendAttributes("NAME=[UNAVAILABLE] ADDR=" + form, name);
    }

    /** Continues as an authenticated client, and sends EHLO. */
    public SmtpConnection pretendLogin(String user, String name) throws IOException {
        return pretendAttributes("LOGIN=" + user, name);
    }

    private SmtpConnection pretendAttributes(String attributes, String name) throws IOException {
        hello(name);
        expect(command("XCLIENT " + attributes), "XCLIENT");
        return hello(name);
    }

    /**
     * Sends one message and returns the first negative reply, or the last reply.
     *
     * @param mailFrom without brackets; empty for the null reverse-path
     * @param message with CRLF line ends, before dot-stuffing
     */
    public Reply send(String mailFrom, List<String> recipients, byte[] message) throws IOException {
        Reply reply = command("MAIL FROM:<" + mailFrom + "> BODY=8BITMIME");
        for (String recipient : recipients) {
            if (reply.isPositive()) {
                reply = command("RCPT TO:<" + recipient + ">");
            }
        }
        if (reply.isPositive()) {
            reply = command("DATA");
        }
        if (reply.code() == 354) {
            content(message);
            return reply();
        }
        command("RSET");
        return reply;
    }

    /** Sends one command and returns its reply. */
    public Reply command(String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
        return reply();
    }

    /** Sends a part of a message after DATA, and closes the connection. */
    public void abandon(byte[] part) throws IOException {
        out.write(part);
        out.flush();
        socket.close();
    }

    private void content(byte[] message) throws IOException {
        boolean lineStarts = true;
        for (byte octet : message) {
            // RFC 5321 §4.5.2
            if (lineStarts && octet == '.') {
                out.write('.');
            }
            out.write(octet);
            lineStarts = octet == '\n';
        }
        out.write((lineStarts ? ".\r\n" : "\r\n.\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private Reply reply() throws IOException {
        List<String> lines = new ArrayList<>();
        while (true) {
            String line = line();
            lines.add(line.substring(Math.min(4, line.length())));
            if (line.length() < 4 || line.charAt(3) != '-') {
                return new Reply(Integer.parseInt(line.substring(0, 3)), lines);
            }
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new EOFException("the server closed the connection after: " + line);
            }
            line.write(octet);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    private void expect(Reply reply, String what) throws IOException {
        if (!reply.isPositive()) {
            throw new IOException(what + " was refused: " + reply);
        }
    }

    /** Sends QUIT if the server still listens. */
    @Override
    public void close() throws IOException {
        if (socket.isClosed()) {
            return;
        }
        try (socket) {
            out.write("QUIT\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
        } catch (IOException gone) {
            // The server has closed the connection, as some tests expect.
        }
    }
}

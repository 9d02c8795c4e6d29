package org.countersign.message;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/**
 * Pours a message from a stream into a {@link MessageSink}, for front ends that get one whole: a file, a
 * mail server that has spooled it. Lines may end in CRLF, as in transit, or in LF, as mailboxes keep them:
 * the end of the first line tells which, and LF becomes CRLF only in the second case, so that a bare LF
 * in transit stays what the sender wrote. A leading {@code From } line of an mbox file is passed over.
 */
public final class MessageReader {
    private static final int BUFFER = 16 * 1024;
    private static final byte[] CRLF = {'\r', '\n'};

    private final BufferedInputStream in;
    private final MessageSink sink;
    private final int longestHeader;
    private boolean lineFeedsOnly;

    private MessageReader(InputStream in, MessageSink sink, int longestHeader) {
        this.in = new BufferedInputStream(in, BUFFER);
        this.sink = sink;
        this.longestHeader = longestHeader;
    }

    /**
     * Reads to the end of the stream.
     *
     * @param longestHeader most octets that are read for one header field; what is longer is cut off there
     * @return how many octets the message had
     * @throws IOException when the stream fails, never for what the message says
     */
    public static long pour(InputStream in, MessageSink sink, int longestHeader) throws IOException {
        MessageReader reader = new MessageReader(in, sink, longestHeader);
        return reader.headers() + reader.body();
    }

    private long headers() throws IOException {
        long total = 0;
        ByteArrayOutputStream pending = new ByteArrayOutputStream();
        ByteArrayOutputStream line = new ByteArrayOutputStream(128);
        for (long read = line(line); read > 0; read = line(line)) {
            byte[] octets = line.toByteArray();
            if (total == 0) {
                lineFeedsOnly = octets.length < 2 || octets[octets.length - 2] != '\r';
            }
            boolean mboxSeparator =
                    total == 0 && lineFeedsOnly && Octets.wrap(octets).startsWithIgnoreCase("From ");
            total += read;
            int length = withoutLineEnd(octets);
            if (length == 0) {
                break;
            }
            if (mboxSeparator) {
                continue;
            }
            if (pending.size() > 0 && !Ascii.isWsp(octets[0])) {
                field(pending);
            }
            if (pending.size() > 0) {
                pending.writeBytes(CRLF);
            }
            pending.write(octets, 0, Math.min(length, Math.max(0, longestHeader - pending.size())));
        }
        field(pending);
        sink.endOfHeaders();
        return total;
    }

    /**
     * Reads one line with its end into {@code line}; what is beyond the limit is read but not kept.
     *
     * @return how many octets were read, 0 at the end of the stream
     */
    private long line(ByteArrayOutputStream line) throws IOException {
        line.reset();
        long read = 0;
        int octet;
        while ((octet = in.read()) >= 0) {
            read++;
            if (line.size() < longestHeader || octet == '\n') {
                line.write(octet);
            }
            if (octet == '\n') {
                break;
            }
        }
        return read;
    }

    private static int withoutLineEnd(byte[] octets) {
        int length = octets.length;
        if (length > 0 && octets[length - 1] == '\n') {
            length--;
            if (length > 0 && octets[length - 1] == '\r') {
                length--;
            }
        }
        return length;
    }

    private void field(ByteArrayOutputStream pending) {
        if (pending.size() == 0) {
            return;
        }
        Octets raw = Octets.wrap(pending.toByteArray());
        pending.reset();
        int colon = raw.indexOf(':', 0);
        // A line without a colon is no field, but it is there: keep it as a name with nothing behind it.
        sink.header(
                colon < 0
                        ? HeaderField.of(raw, Octets.EMPTY)
                        : HeaderField.of(raw.slice(0, colon), raw.from(colon + 1)));
    }

    private long body() throws IOException {
        long total = 0;
        byte[] buffer = new byte[BUFFER];
        byte[] converted = new byte[2 * BUFFER];
        int read;
        while ((read = in.read(buffer)) >= 0) {
            total += read;
            if (lineFeedsOnly) {
                sink.body(converted, 0, toCrlf(buffer, read, converted));
            } else {
                sink.body(buffer, 0, read);
            }
        }
        return total;
    }

    private static int toCrlf(byte[] from, int length, byte[] to) {
        int at = 0;
        for (int i = 0; i < length; i++) {
            if (from[i] == '\n') {
                to[at++] = '\r';
            }
            to[at++] = from[i];
        }
        return at;
    }
}

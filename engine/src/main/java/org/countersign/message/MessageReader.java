package org.countersign.message;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.OctetScan;
import org.countersign.syntax.Octets;

/**
 * Pours a message from a stream into a {@link MessageSink}, for front ends that get one whole: a file, a
 * mail server that has spooled it. Lines may end in CRLF, as in transit, or in LF, as mailboxes keep them:
 * the end of the first line tells which, and LF becomes CRLF only in the second case, so that a bare LF
 * in transit stays what the sender wrote. A leading {@code From } line of an mbox file is passed over.
 */
public final class MessageReader {
    private static final int BUFFER = 16 * 1024;
    // RFC 5322 §2.1.1: a line has at most 998 octets, and those that cross two reads are few.
    private static final int LINE = 1024;
    private static final byte[] CRLF = {'\r', '\n'};

    private final InputStream in;
    private final MessageSink sink;
    private final int longestHeader;
    private boolean lineFeedsOnly;

    // What has been read of the message and not been used yet.
    private final byte[] window;
    private int at;
    private int end;

    // The line that was read last, without its end.
    private byte[] line = {};
    private int lineStart;
    private int lineLength;
    private boolean lineInWindow;
    private boolean endedInCrlf;

    // The field whose lines are being read, as far as they have been: a part of the window, while that holds it
    // from its beginning, and else of an array of its own.
    private byte[] field = {};
    private boolean fieldInWindow;
    private int fieldStart;
    private int fieldLength;

    private MessageReader(InputStream in, byte[] window, int end, MessageSink sink, int longestHeader) {
        this.in = in;
        this.window = window;
        this.end = end;
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
        MessageReader reader = new MessageReader(in, new byte[BUFFER], 0, sink, longestHeader);
        return reader.headers() + reader.body();
    }

    /**
     * Likewise for a message that is in memory already. The sink gets the body from this very array, which is not
     * changed.
     */
    public static long pour(byte[] message, MessageSink sink, int longestHeader) {
        try {
            MessageReader reader =
                    new MessageReader(InputStream.nullInputStream(), message, message.length, sink, longestHeader);
            return reader.headers() + reader.body();
        } catch (IOException impossible) {
            throw new UncheckedIOException("an array failed to be read", impossible);
        }
    }

    private boolean refill() throws IOException {
        takeFieldOut(0);
        int read = in.read(window, 0, window.length);
        at = 0;
        end = Math.max(0, read);
        return read > 0;
    }

    private long headers() throws IOException {
        long total = at < end || refill() ? wholeFieldsFromTheStart() : 0;
        for (long read = readLine(); read > 0; read = readLine()) {
            boolean first = total == 0;
            total += read;
            if (first) {
                lineFeedsOnly = !endedInCrlf;
            }
            if (lineLength == 0) {
                break;
            }
            if (first && lineFeedsOnly && isMboxSeparator()) {
                continue;
            }
            if (fieldLength > 0 && !Ascii.isWsp(line[lineStart])) {
                endField();
            }
            appendLine();
            if (at < end && !Ascii.isWsp(window[at])) {
                endField();
                total += wholeFields();
            }
        }
        endField();
        sink.endOfHeaders();
        return total;
    }

    /** The first line tells which line ends there are; where it is one as in transit, it needs no more than the others. */
    private int wholeFieldsFromTheStart() {
        int lineFeed = indexOfLineFeed();
        return lineFeed > 0 && window[lineFeed - 1] == '\r' ? wholeFields() : 0;
    }

    /**
     * Passes on the fields that the window has from beginning to end, with the octet behind them that tells, and that
     * are as they should be: nearly all there are.
     *
     * @return how many octets they had
     */
    private int wholeFields() {
        int start = at;
        for (int to = endOfWholeField(); to > at; to = endOfWholeField()) {
            int length = to - CRLF.length - at;
            passOn(Arrays.copyOfRange(window, at, at + length));
            at = to;
        }
        return at - start;
    }

    /** Where the field ends, its CRLF included; {@code at} where it takes more to tell, or to read it. */
    private int endOfWholeField() {
        int from = at;
        while (true) {
            int lineFeed = OctetScan.indexOf(window, '\n', from, end);
            boolean whole = lineFeed < end - 1 && lineFeed > at + 1 && window[lineFeed - 1] == '\r';
            if (!whole || lineFeed - 1 - at > longestHeader) {
                return at;
            }
            if (!Ascii.isWsp(window[lineFeed + 1])) {
                return lineFeed + 1;
            }
            from = lineFeed + 1;
        }
    }

    private boolean isMboxSeparator() {
        return Octets.wrap(line).slice(lineStart, lineStart + lineLength).startsWithIgnoreCase("From ");
    }

    /**
     * Reads one line.
     *
     * @return how many octets were read, its end included; 0 at the end of the message
     */
    private long readLine() throws IOException {
        int lineFeed = indexOfLineFeed();
        if (lineFeed < 0) {
            return readScatteredLine();
        }
        int length = lineFeed - at;
        endedInCrlf = length > 0 && window[lineFeed - 1] == '\r';
        line = window;
        lineInWindow = true;
        lineStart = at;
        lineLength = endedInCrlf ? length - 1 : length;
        at = lineFeed + 1;
        return length + 1L;
    }

    private int indexOfLineFeed() {
        int found = OctetScan.indexOf(window, '\n', at, end);
        return found == end ? -1 : found;
    }

    /** Reads a line that goes on behind what was read of the message; what is beyond the limit is not kept. */
    private long readScatteredLine() throws IOException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream(LINE);
        long read = 0;
        boolean ended = false;
        byte last = 0;
        while (!ended && (at < end || refill())) {
            int lineFeed = indexOfLineFeed();
            ended = lineFeed >= 0;
            int to = ended ? lineFeed : end;
            kept.write(window, at, Math.min(to - at, Math.max(0, longestHeader - kept.size())));
            last = to > at ? window[to - 1] : last;
            read += to - at + (ended ? 1 : 0);
            at = ended ? to + 1 : to;
        }
        endedInCrlf = ended && last == '\r';
        line = kept.toByteArray();
        lineInWindow = false;
        lineStart = 0;
        boolean whole = kept.size() + (ended ? 1 : 0) == read;
        lineLength = whole && endedInCrlf ? line.length - 1 : line.length;
        return read;
    }

    private void appendLine() {
        if (fieldLength >= longestHeader) {
            return;
        }
        int separator = fieldLength == 0 ? 0 : CRLF.length;
        int kept = Math.min(lineLength, Math.max(0, longestHeader - fieldLength - separator));
        if (separator == 0 && lineInWindow) {
            fieldInWindow = true;
            fieldStart = lineStart;
            fieldLength = kept;
        } else if (fieldInWindow && lineInWindow && followsField()) {
            fieldLength += separator + kept;
        } else {
            append(CRLF, 0, separator);
            append(line, lineStart, kept);
        }
    }

    /** Whether nothing but CRLF is between the field and the line in the window: no bare LF, and nothing cut off. */
    private boolean followsField() {
        return lineStart == fieldStart + fieldLength + CRLF.length && window[lineStart - CRLF.length] == '\r';
    }

    private void append(byte[] octets, int offset, int length) {
        takeFieldOut(length);
        if (length > field.length - fieldLength) {
            field = Arrays.copyOf(field, Math.max(2 * field.length, fieldLength + length));
        }
        System.arraycopy(octets, offset, field, fieldLength, length);
        fieldLength += length;
    }

    /** Gives the field an array of its own, with room for more octets. */
    private void takeFieldOut(int more) {
        if (fieldInWindow) {
            fieldInWindow = false;
            field = new byte[fieldLength + more];
            System.arraycopy(window, fieldStart, field, 0, fieldLength);
        }
    }

    private void endField() {
        if (fieldLength == 0) {
            return;
        }
        int from = fieldInWindow ? fieldStart : 0;
        byte[] raw = Arrays.copyOfRange(fieldInWindow ? window : field, from, from + fieldLength);
        fieldInWindow = false;
        fieldLength = 0;
        passOn(raw);
    }

    private void passOn(byte[] raw) {
        int colon = OctetScan.indexOf(raw, ':', 0, raw.length);
        // A line without a colon is no field, but it is there: keep it as a name with nothing behind it.
        sink.header(
                colon == raw.length ? HeaderField.of(Octets.wrap(raw), Octets.EMPTY) : HeaderField.wrap(raw, colon));
    }

    private long body() throws IOException {
        long total = 0;
        byte[] converted = new byte[lineFeedsOnly ? 2 * BUFFER : 0];
        while (at < end || refill()) {
            int to = lineFeedsOnly ? Math.min(end, at + BUFFER) : end;
            total += to - at;
            if (lineFeedsOnly) {
                sink.body(converted, 0, toCrlf(window, at, to, converted));
            } else {
                sink.body(window, at, to - at);
            }
            at = to;
        }
        return total;
    }

    private static int toCrlf(byte[] from, int start, int end, byte[] to) {
        int length = 0;
        for (int i = start; i < end; i++) {
            if (from[i] == '\n') {
                to[length++] = '\r';
            }
            to[length++] = from[i];
        }
        return length;
    }
}

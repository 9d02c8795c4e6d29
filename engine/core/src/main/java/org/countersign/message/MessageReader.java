package org.countersign.message;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MessageSink;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.OctetScan;
import org.countersign.syntax.Octets;

/**
 * Reads a message from a stream into a {@link MessageSink}, for front ends that have the whole message: from a file, or from
 * the spool of a mail server.
 *
 * <p>{@link #read(InputStream, MessageSink, int)} reads a message in transit. Its lines may end in CRLF, or in LF as in
 * mailboxes; the end of the first line decides. Only in the second case bare LFs become CRLF, so that a bare LF in transit is
 * content. {@link #readFile} converts all bare LFs to CRLF, as a mail server does that sends the file (RFC 5321 §2.3.8, RFC 6376
 * §5.3).
 *
 * <p>The header section ends at an empty line, or before a line that is neither a field nor a continuation. In the second
 * case the empty line is missing, and the body begins with this line (RFC 7103 §7.2). A leading {@code From } line of an
 * mbox file is skipped.
 */
public final class MessageReader {
    private static final int BUFFER = 16 * 1024;
    // RFC 5322 §2.1.1: a line has at most 998 octets. Few lines cross two reads.
    private static final int LINE = 1024;
    private static final byte[] CRLF = {'\r', '\n'};
    private static final String MBOX_SEPARATOR = "From ";

    private final InputStream in;
    private final MessageSink sink;
    private final int maxHeaderLength;
    private final boolean fromFile;

    // Whether bare LFs become CRLF, and the previous octet.
    private boolean convertsLineFeeds;
    private byte previous;
    private long headerLength;
    private boolean separated;
    // The first line of the body, if it was read with the header section.
    private byte[] firstBodyLine = {};

    // The octets that were read, but not processed yet.
    private final byte[] window;
    private int at;
    private int end;

    // The last line, without its end.
    private byte[] line = {};
    private int lineStart;
    private int lineLength;
    private boolean lineInWindow;
    private boolean endedInCrlf;
    private boolean ended;
    // Whether the line exceeds the maximum length of a field.
    private boolean lineCut;

    // The lines of the current field so far. They are a part of the window if the window has all of them, and otherwise
    // in an array of their own.
    private byte[] field = {};
    private boolean fieldInWindow;
    private int fieldStart;
    private int fieldLength;

    /**
     * The size of a message and of its header section.
     *
     * @param octets the length of the message
     * @param headerEnd the length of the header section, without the empty line
     * @param separated whether there is an empty line after the header section
     */
    public record Extent(long octets, long headerEnd, boolean separated) {}

    private MessageReader(
            InputStream in, byte[] window, int end, MessageSink sink, int maxHeaderLength, boolean fromFile) {
        this.in = in;
        this.window = window;
        this.end = end;
        this.sink = sink;
        this.maxHeaderLength = maxHeaderLength;
        this.fromFile = fromFile;
    }

    /**
     * Reads a message in transit to the end of the stream.
     *
     * @param maxHeaderLength the maximum length of a header field in octets; the rest of a longer field is dropped
     * @return the length of the message in octets
     * @throws IOException if the stream fails; never because of the content of the message
     */
    public static long read(InputStream in, MessageSink sink, int maxHeaderLength) throws IOException {
        return new MessageReader(in, new byte[BUFFER], 0, sink, maxHeaderLength, false)
                .read()
                .octets();
    }

    /**
     * Reads a file to its end, and converts all line ends to CRLF.
     *
     * @param maxHeaderLength the maximum length of a header field in octets; the rest of a longer field is dropped
     * @throws IOException if the stream fails; never because of the content of the message
     */
    public static Extent readFile(InputStream in, MessageSink sink, int maxHeaderLength) throws IOException {
        return new MessageReader(in, new byte[BUFFER], 0, sink, maxHeaderLength, true).read();
    }

    /**
     * Reads a message in transit from memory. The sink receives the body from this array, which is not changed.
     *
     * @return the length of the message in octets
     */
    public static long read(byte[] message, MessageSink sink, int maxHeaderLength) {
        try {
            InputStream empty = InputStream.nullInputStream();
            return new MessageReader(empty, message, message.length, sink, maxHeaderLength, false)
                    .read()
                    .octets();
        } catch (IOException impossible) {
            throw new UncheckedIOException("an array failed to be read", impossible);
        }
    }

    private Extent read() throws IOException {
        long header = headers();
        sink.endOfHeaders();
        return new Extent(header + body(), headerLength, separated);
    }

    private boolean refill() throws IOException {
        moveField(0);
        int read = in.read(window, 0, window.length);
        at = 0;
        end = Math.max(0, read);
        return read > 0;
    }

    private long headers() throws IOException {
        convertsLineFeeds = fromFile;
        long total = at < end || refill() ? wholeFieldsFromTheStart() : 0;
        for (long read = readLine(); read > 0; read = readLine()) {
            if (total == 0) {
                convertsLineFeeds = fromFile || !endedInCrlf;
                if (isMboxSeparator()) {
                    total += read;
                    continue;
                }
            }
            if (lineLength == 0) {
                endField();
                headerLength = total;
                separated = true;
                return total + read;
            }
            if (fieldLength == 0 || !Ascii.isWsp(line[lineStart])) {
                endField();
                if (!lineCut && HeaderField.indexOfColon(line, lineStart, lineStart + lineLength) < 0) {
                    headerLength = total;
                    return total + pushBackLine(read);
                }
            }
            total += read;
            appendLine();
            if (at < end && !Ascii.isWsp(window[at])) {
                endField();
                total += wholeFields();
            }
        }
        endField();
        headerLength = total;
        return total;
    }

    /**
     * Makes the last line the first one of the body.
     *
     * @return the number of its octets that the body must not count again
     */
    private long pushBackLine(long read) {
        if (lineInWindow) {
            at = lineStart;
            return 0;
        }
        // The line crossed two reads, and is not in the window any more.
        byte[] octets = Arrays.copyOf(line, lineLength + CRLF.length);
        boolean asCrlf = endedInCrlf || (ended && convertsLineFeeds);
        int length = lineLength;
        if (asCrlf) {
            octets[length++] = '\r';
        }
        if (ended) {
            octets[length++] = '\n';
        }
        firstBodyLine = Arrays.copyOf(octets, length);
        return read;
    }

    /** The end of the first line decides how lines end. If it ends in CRLF, complete fields can be read from the window. */
    private int wholeFieldsFromTheStart() {
        int lineFeed = indexOfLineFeed();
        return lineFeed > 0 && window[lineFeed - 1] == '\r' ? wholeFields() : 0;
    }

    /**
     * Reads the next well-formed fields, as long as the window has the whole field and the octet after it. This is the
     * case for nearly all fields.
     *
     * @return the number of octets read
     */
    private int wholeFields() {
        int start = at;
        for (int to = endOfWholeField(); to > at; to = endOfWholeField()) {
            int colon = HeaderField.indexOfColon(window, at, to);
            if (colon < 0) {
                break;
            }
            sink.header(HeaderField.wrap(Arrays.copyOfRange(window, at, to - CRLF.length), colon - at));
            at = to;
        }
        return at - start;
    }

    /** The end of the field after its CRLF; {@code at} if the field is not complete in the window, or is too long. */
    private int endOfWholeField() {
        int from = at;
        while (true) {
            int lineFeed = OctetScan.indexOf(window, '\n', from, end);
            boolean whole = lineFeed < end - 1 && lineFeed > at + 1 && window[lineFeed - 1] == '\r';
            if (!whole || lineFeed - 1 - at > maxHeaderLength) {
                return at;
            }
            if (!Ascii.isWsp(window[lineFeed + 1])) {
                return lineFeed + 1;
            }
            from = lineFeed + 1;
        }
    }

    private boolean isMboxSeparator() {
        Octets text = Octets.wrap(line).slice(lineStart, lineStart + lineLength);
        return text.startsWithIgnoreCase(MBOX_SEPARATOR) || text.startsWithIgnoreCase(">" + MBOX_SEPARATOR);
    }

    /**
     * Reads one line.
     *
     * @return its length in octets, with its end; 0 at the end of the message
     */
    private long readLine() throws IOException {
        int lineFeed = indexOfLineFeed();
        if (lineFeed < 0) {
            return readScatteredLine();
        }
        int length = lineFeed - at;
        ended = true;
        endedInCrlf = length > 0 && window[lineFeed - 1] == '\r';
        line = window;
        lineInWindow = true;
        lineStart = at;
        lineLength = endedInCrlf ? length - 1 : length;
        lineCut = lineLength > maxHeaderLength;
        at = lineFeed + 1;
        return length + 1L;
    }

    private int indexOfLineFeed() {
        int found = OctetScan.indexOf(window, '\n', at, end);
        return found == end ? -1 : found;
    }

    /** Reads a line that is not completely in the window. The part beyond the maximum length is dropped. */
    private long readScatteredLine() throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream(LINE);
        long read = 0;
        ended = false;
        byte last = 0;
        while (!ended && (at < end || refill())) {
            int lineFeed = indexOfLineFeed();
            ended = lineFeed >= 0;
            int to = ended ? lineFeed : end;
            content.write(window, at, Math.min(to - at, Math.max(0, maxHeaderLength - content.size())));
            last = to > at ? window[to - 1] : last;
            read += to - at + (ended ? 1 : 0);
            at = ended ? to + 1 : to;
        }
        endedInCrlf = ended && last == '\r';
        line = content.toByteArray();
        lineInWindow = false;
        lineStart = 0;
        boolean whole = content.size() + (ended ? 1 : 0) == read;
        lineCut = read - (ended ? 1 : 0) - (endedInCrlf ? 1 : 0) > maxHeaderLength;
        lineLength = whole && endedInCrlf ? line.length - 1 : line.length;
        return read;
    }

    private void appendLine() {
        if (fieldLength >= maxHeaderLength) {
            return;
        }
        int separator = fieldLength == 0 ? 0 : CRLF.length;
        int count = Math.min(lineLength, Math.max(0, maxHeaderLength - fieldLength - separator));
        if (separator == 0 && lineInWindow) {
            fieldInWindow = true;
            fieldStart = lineStart;
            fieldLength = count;
        } else if (fieldInWindow && lineInWindow && followsField()) {
            fieldLength += separator + count;
        } else {
            append(CRLF, 0, separator);
            append(line, lineStart, count);
        }
    }

    /** Whether there is exactly a CRLF between the field and the line in the window. */
    private boolean followsField() {
        return lineStart == fieldStart + fieldLength + CRLF.length && window[lineStart - CRLF.length] == '\r';
    }

    private void append(byte[] octets, int offset, int length) {
        moveField(length);
        if (length > field.length - fieldLength) {
            field = Arrays.copyOf(field, Math.max(2 * field.length, fieldLength + length));
        }
        System.arraycopy(octets, offset, field, fieldLength, length);
        fieldLength += length;
    }

    /** Moves the field to an array of its own, with room for more octets. */
    private void moveField(int more) {
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
        deliver(raw);
    }

    private void deliver(byte[] raw) {
        int colon = HeaderField.indexOfColon(raw, 0, raw.length);
        // A line that was cut before its colon is a name with an empty value.
        sink.header(colon < 0 ? HeaderField.of(Octets.wrap(raw), Octets.EMPTY) : HeaderField.wrap(raw, colon));
    }

    private long body() throws IOException {
        if (firstBodyLine.length > 0) {
            sink.body(firstBodyLine, 0, firstBodyLine.length);
        }
        long total = 0;
        byte[] converted = new byte[convertsLineFeeds ? 2 * BUFFER : 0];
        while (at < end || refill()) {
            int to = convertsLineFeeds ? Math.min(end, at + BUFFER) : end;
            total += to - at;
            if (convertsLineFeeds) {
                sink.body(converted, 0, toCrlf(window, at, to, converted));
            } else {
                sink.body(window, at, to - at);
            }
            at = to;
        }
        return total;
    }

    private int toCrlf(byte[] from, int start, int end, byte[] to) {
        int length = 0;
        for (int i = start; i < end; i++) {
            if (from[i] == '\n' && previous != '\r') {
                to[length++] = '\r';
            }
            to[length++] = from[i];
            previous = from[i];
        }
        return length;
    }
}

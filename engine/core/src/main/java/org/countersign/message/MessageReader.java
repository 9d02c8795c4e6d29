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
 * Pours a message from a stream into a {@link MessageSink}, for front ends that get one whole: a file, a
 * mail server that has spooled it.
 *
 * <p>{@link #pour(InputStream, MessageSink, int)} takes a message as in transit. Lines may end in CRLF, or in LF, as
 * mailboxes keep them; the end of the first line tells which. A bare LF becomes CRLF only in the second case, so that a
 * bare LF in transit stays what the sender wrote. {@link #pourFile} takes a file, whose bare LF all become CRLF: that
 * is what a mail server which reads the file sends (RFC 5321 §2.3.8, RFC 6376 §5.3).
 *
 * <p>The header section ends at an empty line, or before a line that can be neither a field nor the continuation of
 * one: there the empty line is missing, and the body begins (RFC 7103 §7.2). A leading {@code From } line of an mbox
 * file is passed over.
 */
public final class MessageReader {
    private static final int BUFFER = 16 * 1024;
    // RFC 5322 §2.1.1: a line has at most 998 octets, and those that cross two reads are few.
    private static final int LINE = 1024;
    private static final byte[] CRLF = {'\r', '\n'};
    private static final String MBOX_SEPARATOR = "From ";

    private final InputStream in;
    private final MessageSink sink;
    private final int longestHeader;
    private final boolean fromFile;

    // Whether a bare LF of the body becomes CRLF, and the octet before the one that is read next.
    private boolean convertsLineFeeds;
    private byte previous;
    private long headerLength;
    private boolean separated;
    // A line of the body that has been read with the header section.
    private byte[] early = {};

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
    private boolean ended;
    // Whether the line is longer than a field may be.
    private boolean lineCut;

    // The field whose lines are being read, as far as they have been: a part of the window, while that holds it
    // from its beginning, and else of an array of its own.
    private byte[] field = {};
    private boolean fieldInWindow;
    private int fieldStart;
    private int fieldLength;

    /**
     * What a file turned out to be.
     *
     * @param octets how many it has
     * @param headerEnd how many of them are above the body, or above the empty line where there is one
     * @param separated whether there is an empty line between the header section and the body
     */
    public record Extent(long octets, long headerEnd, boolean separated) {}

    private MessageReader(
            InputStream in, byte[] window, int end, MessageSink sink, int longestHeader, boolean fromFile) {
        this.in = in;
        this.window = window;
        this.end = end;
        this.sink = sink;
        this.longestHeader = longestHeader;
        this.fromFile = fromFile;
    }

    /**
     * Reads to the end of the stream.
     *
     * @param longestHeader most octets that are read for one header field; what is longer is cut off there
     * @return how many octets the message had
     * @throws IOException when the stream fails, never for what the message says
     */
    public static long pour(InputStream in, MessageSink sink, int longestHeader) throws IOException {
        return new MessageReader(in, new byte[BUFFER], 0, sink, longestHeader, false)
                .read()
                .octets();
    }

    /**
     * Reads a file to its end: each line end becomes CRLF, whatever the others are.
     *
     * @param longestHeader most octets that are read for one header field; what is longer is cut off there
     * @throws IOException when the stream fails, never for what the message says
     */
    public static Extent pourFile(InputStream in, MessageSink sink, int longestHeader) throws IOException {
        return new MessageReader(in, new byte[BUFFER], 0, sink, longestHeader, true).read();
    }

    /**
     * Likewise for a message that is in memory already. The sink gets the body from this very array, which is not
     * changed.
     */
    public static long pour(byte[] message, MessageSink sink, int longestHeader) {
        try {
            InputStream nothing = InputStream.nullInputStream();
            return new MessageReader(nothing, message, message.length, sink, longestHeader, false)
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
        takeFieldOut(0);
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
                if (!lineCut && HeaderField.colon(line, lineStart, lineStart + lineLength) < 0) {
                    headerLength = total;
                    return total + unread(read);
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
     * Leaves the line that was read last to the body.
     *
     * @return how many of its octets the body has got already, of which it is not told again
     */
    private long unread(long read) {
        if (lineInWindow) {
            at = lineStart;
            return 0;
        }
        // It crossed two reads: what is in the window begins behind it.
        byte[] octets = Arrays.copyOf(line, lineLength + CRLF.length);
        boolean asCrlf = endedInCrlf || (ended && convertsLineFeeds);
        int length = lineLength;
        if (asCrlf) {
            octets[length++] = '\r';
        }
        if (ended) {
            octets[length++] = '\n';
        }
        early = Arrays.copyOf(octets, length);
        return read;
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
            int colon = HeaderField.colon(window, at, to);
            if (colon < 0) {
                break;
            }
            sink.header(HeaderField.wrap(Arrays.copyOfRange(window, at, to - CRLF.length), colon - at));
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
        Octets text = Octets.wrap(line).slice(lineStart, lineStart + lineLength);
        return text.startsWithIgnoreCase(MBOX_SEPARATOR) || text.startsWithIgnoreCase(">" + MBOX_SEPARATOR);
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
        ended = true;
        endedInCrlf = length > 0 && window[lineFeed - 1] == '\r';
        line = window;
        lineInWindow = true;
        lineStart = at;
        lineLength = endedInCrlf ? length - 1 : length;
        lineCut = lineLength > longestHeader;
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
        ended = false;
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
        lineCut = read - (ended ? 1 : 0) - (endedInCrlf ? 1 : 0) > longestHeader;
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
        int colon = HeaderField.colon(raw, 0, raw.length);
        // A line that was cut before its colon is a name with nothing behind it.
        sink.header(colon < 0 ? HeaderField.of(Octets.wrap(raw), Octets.EMPTY) : HeaderField.wrap(raw, colon));
    }

    private long body() throws IOException {
        if (early.length > 0) {
            sink.body(early, 0, early.length);
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

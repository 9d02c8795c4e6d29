package org.countersign.canonical;

import java.util.Arrays;
import org.countersign.syntax.Ascii;

/**
 * The relaxed body canonicalization (RFC 6376 §3.4.4). White space at the end of a line is removed, and other white space becomes
 * one space. Empty lines at the end of the body are removed. A body of which nothing is left stays empty; any other ends in CRLF.
 *
 * <p>Few octets of a body change, so whole stretches between two changes are taken as they are. Short ones are collected in a
 * buffer, long ones are written from where they are. See {@link BodyHashes} for the design.
 */
final class RelaxedBody extends BodyCanonicalizer {
    private static final int MAX_BUFFERED_LINE_ENDS = 8;
    /** Most octets that a white-space run adds to the buffer: these line ends, a space and a CR. */
    private static final int MAX_RUN = 2 * MAX_BUFFERED_LINE_ENDS + 2;

    private static final byte[] CR = {'\r'};

    private final WhitespaceScanner scanner;
    private final int bufferSize;

    // Not written yet: these line ends, then the buffered octets, then the white-space run that is open, if any.
    private long heldLineEnds;
    private byte[] buffer;
    private int length;
    private int expectedLength;

    // A white-space run whose next octet is not known yet. Its parts in the order in which they would be written.
    private long runLineEnds;
    private boolean runSpace;
    private boolean runCarriageReturn;

    private boolean hasContent;

    RelaxedBody(BodySink sink, BodyBuffers buffers) {
        this(sink, buffers, BodyBuffers.SIZE);
    }

    /**
     * @param bufferSize maximum number of octets that are collected before they are written
     */
    RelaxedBody(BodySink sink, BodyBuffers buffers, int bufferSize) {
        super(sink);
        this.scanner = new WhitespaceScanner(buffers.marks());
        this.buffer = buffers.first();
        this.bufferSize = bufferSize;
    }

    @Override
    void write(byte[] octets, int offset, int length) {
        int end = offset + length;
        // Enough for a body of one small piece; the next piece enlarges the buffer to its full size.
        expectedLength = buffer.length == 0 ? length + MAX_RUN : bufferSize;
        int at = isRunOpen() ? readRun(octets, offset, end) : offset;
        if (at == end) {
            return;
        }
        copyRun();
        // Whether a white-space octet is kept depends on the next two octets, so the last two are handled separately.
        int lookaheadEnd = Math.max(at, end - 2);
        copyWithLookahead(octets, at, lookaheadEnd);
        copyWithoutLookahead(octets, lookaheadEnd, end);
    }

    /** Copies octets of which the last one has two more after it in the array. */
    private void copyWithLookahead(byte[] octets, int from, int end) {
        int at = from;
        scanner.begin(octets, at, end);
        while (scanner.advance()) {
            int first = scanner.first();
            for (long changes = scanner.changes(); changes != 0; changes &= changes - 1) {
                int change = first + Long.numberOfTrailingZeros(changes);
                if (!Ascii.isWsp(octets[change])) {
                    continue;
                }
                copy(octets, at, change);
                if (!isRemoved(octets, change)) {
                    ensureFree(1);
                    buffer[length++] = ' ';
                }
                at = change + 1;
            }
        }
        copy(octets, at, end);
    }

    /** Whether a white-space octet is removed: before more white space, whose last octet represents all, or before CRLF. */
    private static boolean isRemoved(byte[] octets, int at) {
        int next = octets[at + 1];
        int lineEnd = (next ^ '\r') | (octets[at + 2] ^ '\n');
        // Whether one of the three is zero. A product, because branches would be mispredicted.
        return (next ^ ' ') * (next ^ '\t') * lineEnd == 0;
    }

    /** Copies octets whose next two are not known yet. */
    private void copyWithoutLookahead(byte[] octets, int from, int end) {
        int at = readRun(octets, from, end);
        while (at < end) {
            copyRun();
            // A bare CR, which was copied, may be followed by another run.
            if (octets[at] != '\r' && !Ascii.isWsp(octets[at])) {
                copy(octets, at, at + 1);
                at++;
            }
            at = readRun(octets, at, end);
        }
    }

    private boolean isRunOpen() {
        return runSpace || runCarriageReturn || runLineEnds > 0;
    }

    /** Reads white space and line ends; returns the index of the octet that ends the run. */
    private int readRun(byte[] octets, int from, int end) {
        int at = from;
        while (at < end) {
            byte octet = octets[at];
            if (runCarriageReturn) {
                if (octet != '\n') {
                    // A bare CR is content.
                    return at;
                }
                runCarriageReturn = false;
                runSpace = false;
                runLineEnds++;
            } else if (octet == '\r') {
                runCarriageReturn = true;
            } else if (Ascii.isWsp(octet)) {
                runSpace = true;
            } else {
                return at;
            }
            at++;
        }
        return at;
    }

    /** Copies the white-space run, which content has ended, so that all of it counts. */
    private void copyRun() {
        if (runLineEnds > MAX_BUFFERED_LINE_ENDS) {
            writeBuffer();
            emitLineEnds(runLineEnds);
            runLineEnds = 0;
        }
        ensureFree(MAX_RUN);
        for (; runLineEnds > 0; runLineEnds--) {
            buffer[length++] = '\r';
            buffer[length++] = '\n';
        }
        if (runSpace) {
            buffer[length++] = ' ';
        }
        if (runCarriageReturn) {
            buffer[length++] = '\r';
        }
        runSpace = false;
        runCarriageReturn = false;
    }

    private void copy(byte[] octets, int from, int to) {
        if (to - from <= buffer.length - length) {
            System.arraycopy(octets, from, buffer, length, to - from);
            length += to - from;
        } else if (to - from >= bufferSize) {
            int at = from;
            flush();
            // A CR that stayed in the buffer and an LF that follows now are a line end.
            while (length > 0 && at < to) {
                copyToBuffer(octets, at, at + 1);
                at++;
                flush();
            }
            writeInPlace(octets, at, to);
        } else {
            copyToBuffer(octets, from, to);
        }
    }

    private void copyToBuffer(byte[] octets, int from, int to) {
        int at = from;
        while (length + to - at > bufferSize) {
            at = append(octets, at, at + Math.max(0, bufferSize - length));
            flush();
        }
        append(octets, at, to);
    }

    private int append(byte[] octets, int from, int to) {
        ensureFree(to - from);
        System.arraycopy(octets, from, buffer, length, to - from);
        length += to - from;
        return to;
    }

    private void ensureFree(int count) {
        if (count <= buffer.length - length) {
            return;
        }
        if (length + count > bufferSize) {
            flush();
        }
        if (length + count > buffer.length) {
            int needed = length + count;
            buffer = Arrays.copyOf(buffer, Math.max(needed, Math.min(bufferSize, expectedLength)));
        }
    }

    /** Writes the buffer except for line ends, and a CR after them, at its end: the body may end there. */
    private void flush() {
        int to = endOfContent(buffer, 0, length);
        int rest = length - to;
        length = 0;
        if (to > 0) {
            emitHeldLineEnds();
            buffer = handOver(buffer, to);
        }
        holdLineEnds(rest);
    }

    /** As {@link #flush}, for octets outside of the buffer. */
    private void writeInPlace(byte[] octets, int from, int end) {
        int to = endOfContent(octets, from, end);
        if (to > from) {
            emitHeldLineEnds();
            emit(octets, from, to);
        }
        holdLineEnds(end - to);
    }

    private static int endOfContent(byte[] octets, int from, int end) {
        int to = end > from && octets[end - 1] == '\r' ? end - 1 : end;
        while (to - from >= 2 && octets[to - 1] == '\n' && octets[to - 2] == '\r') {
            to -= 2;
        }
        return to;
    }

    /** Holds line ends back as a number; an odd number of octets ends with a CR, which goes into the buffer. */
    private void holdLineEnds(int octets) {
        heldLineEnds += octets / 2;
        if (octets % 2 == 1) {
            copyToBuffer(CR, 0, 1);
        }
    }

    /** Writes the line ends that were held back, because content follows. */
    private void emitHeldLineEnds() {
        emitLineEnds(heldLineEnds);
        heldLineEnds = 0;
        hasContent = true;
    }

    /** Writes the whole buffer. */
    private void writeBuffer() {
        emitHeldLineEnds();
        if (length > 0) {
            buffer = handOver(buffer, length);
            length = 0;
        }
    }

    @Override
    void finish() {
        if (runCarriageReturn) {
            copyRun();
        }
        flush();
        if (length > 0) {
            // The CR that stayed in the buffer is the last octet of the body, and content.
            writeBuffer();
        }
        if (hasContent) {
            emitLineEnds(1);
        }
    }
}

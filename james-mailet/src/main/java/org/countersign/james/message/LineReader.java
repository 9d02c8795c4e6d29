package org.countersign.james.message;

import java.io.IOException;
import java.io.InputStream;

/**
 * Splits a stream into lines, and long lines into pieces, so that memory is bounded. After each {@link #next()} the
 * piece is in {@link #octets()}, from 0 to {@link #length()}, including its line end.
 */
final class LineReader {
    /** Longer than any line that has a meaning in MIME. */
    static final int MAX_PIECE = 4096;

    private final InputStream in;
    private final byte[] window = new byte[16 * 1024];
    private int at;
    private int end;

    // With space for the LF of a CRLF, which is never split.
    private final byte[] piece = new byte[MAX_PIECE + 1];
    private int length;
    private boolean startsLine;
    private boolean endsLine = true;

    LineReader(InputStream in) {
        this.in = in;
    }

    /** Reads the next piece; false at the end of the stream. */
    boolean next() throws IOException {
        startsLine = endsLine;
        endsLine = false;
        length = 0;
        while (!endsLine && hasRoom() && (at < end || refill())) {
            byte octet = window[at++];
            piece[length++] = octet;
            endsLine = octet == '\n';
        }
        return length > 0;
    }

    private boolean hasRoom() {
        return length < MAX_PIECE || (length == MAX_PIECE && piece[length - 1] == '\r');
    }

    private boolean refill() throws IOException {
        at = 0;
        end = Math.max(0, in.read(window, 0, window.length));
        return end > 0;
    }

    /** The buffer of the piece, overwritten by the next call of {@link #next()}. */
    byte[] octets() {
        return piece;
    }

    int length() {
        return length;
    }

    /** The length of the piece without the CRLF or LF at its end. */
    int lengthOfText() {
        if (!endsLine) {
            return length;
        }
        return length > 1 && piece[length - 2] == '\r' ? length - 2 : length - 1;
    }

    boolean startsLine() {
        return startsLine;
    }

    boolean endsLine() {
        return endsLine;
    }

    /** Whether the piece is an empty line. */
    boolean isBlankLine() {
        return startsLine && endsLine && lengthOfText() == 0;
    }
}

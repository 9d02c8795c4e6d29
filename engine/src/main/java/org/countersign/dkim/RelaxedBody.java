package org.countersign.dkim;

import org.countersign.syntax.Ascii;

/**
 * The relaxed body canonicalization (RFC 6376 §3.4.4): white space at line ends goes, other white space
 * becomes one space, empty lines at the end go. A body of which nothing is left stays empty; any other
 * ends in CRLF.
 *
 * <p>A body is seen as content with gaps of white space and line ends in it. Few gaps need a change, so
 * what is written is whole stretches of the input, up to the next gap that does, and gaps that need none are
 * not even looked for, but at the end.
 */
final class RelaxedBody extends BodyCanonicalizer {
    private static final byte[] SPACE_CR = {' ', '\r'};

    // The gap that is open, in the order in which its parts would be written.
    private long lineEnds;
    private boolean space;
    private boolean carriageReturn;

    private boolean hasContent;

    RelaxedBody(BodySink sink) {
        super(sink);
    }

    @Override
    void write(byte[] octets, int offset, int length) {
        int end = offset + length;
        int written = offset;
        int at = offset;
        if (lineEnds > 0 || space || carriageReturn) {
            at = readGap(octets, at, end);
            if (at == end) {
                return;
            }
            writeGap();
            closeGap();
            written = at;
        }
        while (at < end) {
            int change = BodyScan.nextChange(octets, at, end);
            int gap = change < end ? lineEndsBefore(octets, written, change) : gapAtEnd(octets, written, end);
            at = readGap(octets, gap, end);
            if (at == end) {
                // The gap may go on in the next piece.
                writeContent(octets, written, gap);
                return;
            }
            if (!isCanonical(octets, gap, at)) {
                writeContent(octets, written, gap);
                int kept = keptAtEnd(octets, at);
                if (kept == 0) {
                    writeGap();
                }
                written = at - kept;
            }
            closeGap();
        }
    }

    /** How many octets at the end of the gap that was read are all that it would be written as; 0 where none are. */
    private int keptAtEnd(byte[] octets, int to) {
        if (carriageReturn) {
            return 0;
        }
        if (space) {
            return lineEnds == 0 && octets[to - 1] == ' ' ? 1 : 0;
        }
        return lineEnds == 1 ? 2 : 0;
    }

    /** The index at which the line ends begin that stand right before an index. */
    private static int lineEndsBefore(byte[] octets, int from, int to) {
        int at = to;
        while (at - 2 >= from && octets[at - 1] == '\n' && octets[at - 2] == '\r') {
            at -= 2;
        }
        return at;
    }

    /** The index at which the gap at the end of a piece begins, where there is nothing else to change. */
    private static int gapAtEnd(byte[] octets, int from, int end) {
        int at = end;
        if (at > from && octets[at - 1] == '\r') {
            at--;
        }
        if (at > from && octets[at - 1] == ' ') {
            at--;
        }
        return lineEndsBefore(octets, from, at);
    }

    private void writeContent(byte[] octets, int from, int to) {
        hasContent |= to > from;
        emit(octets, from, to);
    }

    /** Takes in white space and line ends; returns the index of the octet that ends the gap. */
    private int readGap(byte[] octets, int from, int end) {
        int at = from;
        while (at < end) {
            byte octet = octets[at];
            if (carriageReturn) {
                if (octet != '\n') {
                    // A CR by itself is content.
                    return at;
                }
                carriageReturn = false;
                space = false;
                lineEnds++;
            } else if (octet == '\r') {
                carriageReturn = true;
            } else if (Ascii.isWsp(octet)) {
                space = true;
            } else {
                return at;
            }
            at++;
        }
        return at;
    }

    /** Whether the gap that was read from these octets would be written as just these octets. */
    private boolean isCanonical(byte[] octets, int from, int to) {
        int tail = carriageReturn ? 1 : 0;
        // White space goes or shrinks, or is one octet; as long as before means that none went.
        return to - from == 2 * lineEnds + (space ? 1 : 0) + tail && (!space || octets[to - 1 - tail] == ' ');
    }

    private void writeGap() {
        emitLineEnds(lineEnds);
        emit(SPACE_CR, space ? 0 : 1, carriageReturn ? 2 : 1);
        hasContent = true;
    }

    private void closeGap() {
        lineEnds = 0;
        space = false;
        carriageReturn = false;
    }

    @Override
    void finish() {
        if (carriageReturn) {
            writeGap();
        }
        if (hasContent) {
            emitLineEnds(1);
        }
    }
}

package org.countersign.canonical;

/**
 * The simple body canonicalization (RFC 6376 §3.4.3): the body as it is, but for its end, which becomes
 * exactly one CRLF. A body without any octets becomes one CRLF too.
 */
final class SimpleBody extends BodyCanonicalizer {
    private static final byte[] CR = {'\r'};

    /** Line ends seen, but not followed by anything else yet. */
    private long lineEnds;
    /** A CR behind them, of which it is not known whether it begins a line end. */
    private boolean carriageReturn;

    SimpleBody(BodySink sink) {
        super(sink);
    }

    @Override
    void write(byte[] octets, int offset, int length) {
        int from = offset;
        int end = offset + length;
        if (carriageReturn && from < end) {
            carriageReturn = false;
            if (octets[from] == '\n') {
                lineEnds++;
                from++;
            } else {
                release();
                emit(CR, 0, 1);
            }
        }
        if (from == end) {
            return;
        }
        int to = end;
        if (octets[to - 1] == '\r') {
            to--;
            carriageReturn = true;
        }
        long heldBack = 0;
        while (to - from >= 2 && octets[to - 1] == '\n' && octets[to - 2] == '\r') {
            to -= 2;
            heldBack++;
        }
        if (to > from) {
            release();
            emit(octets, from, to);
        }
        lineEnds += heldBack;
    }

    private void release() {
        emitLineEnds(lineEnds);
        lineEnds = 0;
    }

    @Override
    void finish() {
        if (carriageReturn) {
            release();
            emit(CR, 0, 1);
        }
        emitLineEnds(1);
    }
}

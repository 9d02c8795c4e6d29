package org.countersign.canonical;

/**
 * The simple body canonicalization (RFC 6376 §3.4.3): the body as it is, except that it ends in exactly one CRLF. An empty
 * body becomes one CRLF too. Everything is written from where it is.
 */
final class SimpleBody extends BodyCanonicalizer {
    private static final byte[] CR = {'\r'};

    /** Line ends that nothing else has followed yet: the body may end here. */
    private long heldLineEnds;
    /** A CR after them, which may be the first half of a line end. */
    private boolean heldCarriageReturn;

    SimpleBody(BodySink sink) {
        super(sink);
    }

    @Override
    void write(byte[] octets, int offset, int length) {
        int from = offset;
        int end = offset + length;
        if (heldCarriageReturn && from < end) {
            heldCarriageReturn = false;
            if (octets[from] == '\n') {
                heldLineEnds++;
                from++;
            } else {
                emitHeldLineEnds();
                emit(CR, 0, 1);
            }
        }
        if (from == end) {
            return;
        }
        int to = end;
        if (octets[to - 1] == '\r') {
            to--;
            heldCarriageReturn = true;
        }
        long lineEnds = 0;
        while (to - from >= 2 && octets[to - 1] == '\n' && octets[to - 2] == '\r') {
            to -= 2;
            lineEnds++;
        }
        if (to > from) {
            emitHeldLineEnds();
            emit(octets, from, to);
        }
        heldLineEnds += lineEnds;
    }

    private void emitHeldLineEnds() {
        emitLineEnds(heldLineEnds);
        heldLineEnds = 0;
    }

    @Override
    void finish() {
        if (heldCarriageReturn) {
            emitHeldLineEnds();
            emit(CR, 0, 1);
        }
        emitLineEnds(1);
    }
}

package org.countersign.canonical;

/**
 * Turns a body that arrives in pieces into its canonical form. Both kinds hold back what may turn out to
 * be the end of the body, as counts and never as octets, so memory does not grow with what is sent.
 */
abstract sealed class BodyCanonicalizer permits SimpleBody, RelaxedBody {
    private static final byte[] LINE_ENDS = lineEnds(1024);

    private final BodySink sink;

    BodyCanonicalizer(BodySink sink) {
        this.sink = sink;
    }

    private static byte[] lineEnds(int count) {
        byte[] octets = new byte[2 * count];
        for (int i = 0; i < octets.length; i += 2) {
            octets[i] = '\r';
            octets[i + 1] = '\n';
        }
        return octets;
    }

    /** A piece of the body, cut anywhere. */
    abstract void write(byte[] octets, int offset, int length);

    /** The end of the body; once, after the last piece. */
    abstract void finish();

    final void emit(byte[] octets, int from, int to) {
        if (to > from) {
            sink.write(octets, from, to - from);
        }
    }

    /** Likewise from the beginning of an array that is exchanged for the one that is returned. */
    final byte[] handOver(byte[] octets, int length) {
        return sink.handOver(octets, length);
    }

    final void emitLineEnds(long count) {
        for (long left = count; left > 0; left -= LINE_ENDS.length / 2) {
            sink.write(LINE_ENDS, 0, (int) Math.min(LINE_ENDS.length, 2 * left));
        }
    }
}

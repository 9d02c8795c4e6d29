package org.countersign.canonical;

/**
 * Turns a body that arrives in pieces into its canonical form (RFC 6376 §3.4.3, §3.4.4). What may be the end of the body is
 * held back as numbers and not as octets, so memory does not grow with the body.
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

    /** A piece of the body, which may be cut anywhere. */
    abstract void write(byte[] octets, int offset, int length);

    /** Ends the body; once, after the last piece. */
    abstract void finish();

    /** Writes the octets in {@code [from, to)}, from where they are. */
    final void emit(byte[] octets, int from, int to) {
        if (to > from) {
            sink.write(octets, from, to - from);
        }
    }

    /** Writes the first octets of a buffer and exchanges it for the returned one. */
    final byte[] handOver(byte[] octets, int length) {
        return sink.handOver(octets, length);
    }

    final void emitLineEnds(long count) {
        for (long left = count; left > 0; left -= LINE_ENDS.length / 2) {
            sink.write(LINE_ENDS, 0, (int) Math.min(LINE_ENDS.length, 2 * left));
        }
    }
}

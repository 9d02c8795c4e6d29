package org.countersign.canonical;

import java.util.Arrays;
import org.countersign.syntax.Octets;

/**
 * Detects a footer that was appended to a signed body, as mailing lists do. Stands between a canonicalizer and its digests
 * and holds back the last few kilobytes, because a digest cannot be rewound: {@link #matchesPrefix} continues a copy of the
 * digest with the lines of this tail, one after another.
 *
 * <p>Buffers that are handed over are held where they are and nothing is copied. For one body and one thread.
 */
final class FooterDetector implements BodySink {
    /**
     * Longest footer that is detected with certainty, in octets, including the CRLF before it. No footer of three times this
     * length is detected.
     */
    static final int MAX_FOOTER = 4096;

    private static final int MAX_LINES = 64;
    private static final Piece EMPTY = new Piece(new byte[0], 0);

    private final BodySink next;

    // The octets that the digests have not received yet, in this order. At least MAX_FOOTER octets, if the body has as
    // many octets.
    private Piece pending = EMPTY;
    private Piece current = EMPTY;

    // Buffers that are not in use, the larger one first: two, because two pieces are passed on at a time.
    private byte[] freeBuffer;
    private byte[] smallerFreeBuffer = EMPTY.octets;

    /**
     * @param next receives the body, a few kilobytes late
     */
    FooterDetector(BodySink next, BodyBuffers buffers) {
        this.next = next;
        this.freeBuffer = buffers.second();
    }

    /** The first {@code length} octets of an array. */
    private static final class Piece {
        private final byte[] octets;
        private final int length;

        Piece(byte[] octets, int length) {
            this.octets = octets;
            this.length = length;
        }

        Piece followedBy(byte[] more, int offset, int count) {
            System.arraycopy(more, offset, octets, length, count);
            return new Piece(octets, length + count);
        }
    }

    @Override
    public void write(byte[] octets, int offset, int count) {
        int beforeTail = Math.max(0, count - MAX_FOOTER);
        if (beforeTail > 0) {
            passOnAll();
            next.write(octets, offset, beforeTail);
        }
        int tailLength = count - beforeTail;
        if (tailLength <= current.octets.length - current.length) {
            current = current.followedBy(octets, offset + beforeTail, tailLength);
        } else {
            byte[] buffer = takeFreeBuffer();
            hold(new Piece(buffer.length < MAX_FOOTER ? new byte[MAX_FOOTER] : buffer, 0)
                    .followedBy(octets, offset + beforeTail, tailLength));
        }
    }

    @Override
    public byte[] handOver(byte[] octets, int count) {
        if (count < MAX_FOOTER && current.length > 0) {
            // Held where it is, each small piece would occupy a whole array.
            write(octets, 0, count);
            return octets;
        }
        hold(new Piece(octets, count));
        return takeFreeBuffer();
    }

    private byte[] takeFreeBuffer() {
        byte[] taken = freeBuffer;
        freeBuffer = smallerFreeBuffer;
        smallerFreeBuffer = EMPTY.octets;
        return taken;
    }

    /** Adds a piece that fills the tail, alone or with the current one; or the body is not yet as long as the tail. */
    private void hold(Piece piece) {
        if (piece.length >= MAX_FOOTER) {
            passOnAll();
        } else {
            passOn(pending);
            free(pending);
            pending = current;
        }
        current = piece;
    }

    private void passOnAll() {
        flush();
        free(pending);
        free(current);
        pending = EMPTY;
        current = EMPTY;
    }

    private void free(Piece piece) {
        if (piece.octets.length > freeBuffer.length) {
            smallerFreeBuffer = freeBuffer;
            freeBuffer = piece.octets;
        } else if (piece.octets.length > smallerFreeBuffer.length) {
            smallerFreeBuffer = piece.octets;
        }
    }

    private void passOn(Piece piece) {
        if (piece.length > 0) {
            next.write(piece.octets, 0, piece.length);
        }
    }

    /** Passes the tail on to the digests, once at the end of the body, and keeps it for {@link #matchesPrefix}. */
    void flush() {
        passOn(pending);
        passOn(current);
    }

    private byte[] tail() {
        byte[] tail = Arrays.copyOf(pending.octets, pending.length + current.length);
        System.arraycopy(current.octets, 0, tail, pending.length, current.length);
        return tail;
    }

    /**
     * Whether the body without some of its last lines has this hash. At most {@value #MAX_LINES} lines are removed: each costs
     * a hash, and the sender chooses how short the lines are.
     *
     * @param beforeTail the digest as it was before {@link #flush}
     * @param expected the hash of the body before a footer was appended
     */
    boolean matchesPrefix(BodyDigest beforeTail, Octets expected) {
        byte[] tail = tail();
        BodyDigest prefix = beforeTail.snapshot();
        int from = 0;
        for (int end = firstCandidate(tail); end < tail.length; end++) {
            if (isCandidate(tail, end)) {
                prefix.update(tail, from, end - from);
                from = end;
                if (prefix.snapshot().value().equals(expected)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static int firstCandidate(byte[] tail) {
        int candidates = 0;
        int end = tail.length;
        while (end > 2 && candidates < MAX_LINES) {
            end--;
            if (isCandidate(tail, end)) {
                candidates++;
            }
        }
        return end;
    }

    /** A canonical body ends with a line, and not with an empty one (RFC 6376 §3.4.3, §3.4.4). */
    private static boolean isCandidate(byte[] tail, int end) {
        return isLineEnd(tail, end) && !isLineEnd(tail, end - 2);
    }

    private static boolean isLineEnd(byte[] tail, int end) {
        return end >= 2 && tail[end - 2] == '\r' && tail[end - 1] == '\n';
    }
}

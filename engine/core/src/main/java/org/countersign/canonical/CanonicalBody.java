package org.countersign.canonical;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.countersign.syntax.Octets;

/**
 * A canonical body on its way to its digests. They lag a little behind: the last few kilobytes are held back, so that
 * it can be told whether the body was right before something was appended. Pieces that are handed over are held where
 * they are.
 */
public final class CanonicalBody implements BodySink {
    /** A footer of this length can be found, with the end of the line before it; one of three times as much cannot. */
    public static final int TAIL = 4096;

    private static final int MAX_LINES = 64;
    private static final Piece NOTHING = new Piece(new byte[0], 0);

    private final List<BodyDigest> digests = new ArrayList<>(1);
    private long length;

    // What the digests have not got yet, in this order; both together are the tail at least, where the body is.
    private Piece older = NOTHING;
    private Piece newer = NOTHING;

    // Arrays that are held no more, the larger one first: two, since two pieces are let go of at a time.
    private byte[] spare;
    private byte[] smallerSpare = NOTHING.octets;

    CanonicalBody(BodyBuffers buffers) {
        this.spare = buffers.second();
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

    void add(BodyDigest digest) {
        digests.add(digest);
    }

    @Override
    public void write(byte[] octets, int offset, int count) {
        length += count;
        int beforeTail = Math.max(0, count - TAIL);
        if (beforeTail > 0) {
            hashHeld();
            hash(octets, offset, beforeTail);
        }
        int kept = count - beforeTail;
        if (kept <= newer.octets.length - newer.length) {
            newer = newer.followedBy(octets, offset + beforeTail, kept);
        } else {
            byte[] room = takeSpare();
            hold(new Piece(room.length < TAIL ? new byte[TAIL] : room, 0)
                    .followedBy(octets, offset + beforeTail, kept));
        }
    }

    @Override
    public byte[] handOver(byte[] octets, int count) {
        if (count < TAIL && newer.length > 0) {
            // Held where it is, each small piece would keep a whole array.
            write(octets, 0, count);
            return octets;
        }
        length += count;
        hold(new Piece(octets, count));
        return takeSpare();
    }

    private byte[] takeSpare() {
        byte[] taken = spare;
        spare = smallerSpare;
        smallerSpare = NOTHING.octets;
        return taken;
    }

    /** Takes a piece that is the tail at least, alone or with the newer one; or the body is not yet as long as that. */
    private void hold(Piece piece) {
        if (piece.length >= TAIL) {
            hashHeld();
        } else {
            hash(older);
            free(older);
            older = newer;
        }
        newer = piece;
    }

    private void hashHeld() {
        hash(older);
        hash(newer);
        free(older);
        free(newer);
        older = NOTHING;
        newer = NOTHING;
    }

    private void free(Piece piece) {
        if (piece.octets.length > spare.length) {
            smallerSpare = spare;
            spare = piece.octets;
        } else if (piece.octets.length > smallerSpare.length) {
            smallerSpare = piece.octets;
        }
    }

    private void hash(Piece piece) {
        hash(piece.octets, 0, piece.length);
    }

    private void hash(byte[] octets, int offset, int count) {
        // Once for every few kilobytes: no iterator.
        for (int i = 0; i < digests.size(); i++) {
            digests.get(i).update(octets, offset, count);
        }
    }

    private byte[] held() {
        byte[] held = Arrays.copyOf(older.octets, older.length + newer.length);
        System.arraycopy(newer.octets, 0, held, older.length, newer.length);
        return held;
    }

    /** The hash of all that was written. */
    BodyHash hash(BodyDigest digest) {
        BodyDigest whole = digest.copy();
        whole.update(older.octets, 0, older.length);
        whole.update(newer.octets, 0, newer.length);
        return new BodyHash(whole.value(), whole.hashed(), length);
    }

    /**
     * Whether a beginning of the body has this hash, one that ends with a line and leaves out a few dozen lines
     * and a few kilobytes at most: each line costs a hash, and a sender chooses how short they are.
     */
    boolean hasBeginning(BodyDigest digest, Octets hash) {
        byte[] tail = held();
        BodyDigest beginning = digest.copy();
        int from = 0;
        for (int end = firstCandidate(tail); end < tail.length; end++) {
            if (isCandidate(tail, end)) {
                beginning.update(tail, from, end - from);
                from = end;
                if (beginning.copy().value().equals(hash)) {
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

    /** A canonical body ends with a line, and not with an empty one. */
    private static boolean isCandidate(byte[] tail, int end) {
        return isLineEnd(tail, end) && !isLineEnd(tail, end - 2);
    }

    private static boolean isLineEnd(byte[] tail, int end) {
        return end >= 2 && tail[end - 2] == '\r' && tail[end - 1] == '\n';
    }
}

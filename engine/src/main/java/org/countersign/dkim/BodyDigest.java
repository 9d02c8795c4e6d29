package org.countersign.dkim;

import java.security.MessageDigest;
import java.util.Arrays;
import org.countersign.syntax.Octets;

/**
 * The hash of a canonical body up to a limit. It lags a little behind what is written: the last few
 * kilobytes stay at hand, so that it can be told whether the body was right before something was appended.
 */
final class BodyDigest {
    /** A footer of this length can be found. */
    static final int TAIL = 4096;

    private static final int ROOM = 2 * TAIL;

    private static final int MOST_LINES = 64;

    private final MessageDigest digest = Crypto.STANDARD.sha256();
    private byte[] recent = {};
    private final long limit;
    private int held;
    private long written;

    /**
     * @param limit how many octets of the canonical body count
     */
    BodyDigest(long limit) {
        this.limit = limit;
    }

    void write(byte[] octets, int offset, int length) {
        // RFC 6376 §3.7: a body hash is of what the l= tag leaves after canonicalization.
        int counted = (int) Math.min(length, limit - written);
        written += counted;
        if (counted >= TAIL) {
            digest.update(recent, 0, held);
            digest.update(octets, offset, counted - TAIL);
            makeRoom(TAIL);
            held = 0;
            keep(octets, offset + counted - TAIL, TAIL);
        } else if (counted > 0) {
            if (held + counted > ROOM) {
                int old = held - TAIL;
                digest.update(recent, 0, old);
                System.arraycopy(recent, old, recent, 0, TAIL);
                held = TAIL;
            }
            makeRoom(held + counted);
            keep(octets, offset, counted);
        }
    }

    private void makeRoom(int room) {
        if (room > recent.length) {
            recent = Arrays.copyOf(recent, room <= TAIL ? TAIL : ROOM);
        }
    }

    private void keep(byte[] octets, int offset, int count) {
        System.arraycopy(octets, offset, recent, held, count);
        held += count;
    }

    BodyHash hash(long bodyLength) {
        MessageDigest whole = Crypto.copyOf(digest);
        whole.update(recent, 0, held);
        return new BodyHash(Octets.wrap(whole.digest()), written, bodyLength);
    }

    /**
     * Whether a beginning of the body has this hash, one that ends with a line and leaves out a few dozen lines
     * and a few kilobytes at most: each line costs a hash, and a sender chooses how short they are.
     */
    boolean hasBeginning(Octets hash) {
        byte[] wanted = hash.toByteArray();
        MessageDigest beginning = Crypto.copyOf(digest);
        int from = 0;
        for (int end = firstCandidate(); end < held; end++) {
            if (isCandidate(end)) {
                beginning.update(recent, from, end - from);
                from = end;
                if (Arrays.equals(wanted, Crypto.copyOf(beginning).digest())) {
                    return true;
                }
            }
        }
        return false;
    }

    private int firstCandidate() {
        int candidates = 0;
        int end = held;
        while (end > 2 && candidates < MOST_LINES) {
            end--;
            if (isCandidate(end)) {
                candidates++;
            }
        }
        return end;
    }

    /** A canonical body ends with a line, and not with an empty one. */
    private boolean isCandidate(int end) {
        return isLineEnd(end) && !isLineEnd(end - 2);
    }

    private boolean isLineEnd(int end) {
        return end >= 2 && recent[end - 2] == '\r' && recent[end - 1] == '\n';
    }
}

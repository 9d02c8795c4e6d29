package org.countersign.canonical;

import java.security.MessageDigest;
import org.countersign.crypto.Sha256;
import org.countersign.syntax.Octets;

/** The hash of a canonical body up to a limit. */
final class BodyDigest {
    private final MessageDigest digest;
    private final long limit;
    private long hashed;

    /**
     * @param limit how many octets of the canonical body count
     */
    BodyDigest(long limit) {
        this(Sha256.newDigest(), limit, 0);
    }

    private BodyDigest(MessageDigest digest, long limit, long hashed) {
        this.digest = digest;
        this.limit = limit;
        this.hashed = hashed;
    }

    /** The hash of the same octets so far, which goes its own way from here. */
    BodyDigest copy() {
        return new BodyDigest(Sha256.snapshot(digest), limit, hashed);
    }

    void update(byte[] octets, int offset, int length) {
        // RFC 6376 §3.7: a body hash is of what the l= tag leaves after canonicalization.
        int counted = (int) Math.min(length, limit - hashed);
        digest.update(octets, offset, counted);
        hashed += counted;
    }

    /** How many octets are in the hash. */
    long hashed() {
        return hashed;
    }

    /** The hash; once, at the end. */
    Octets value() {
        return Octets.wrap(digest.digest());
    }
}

package org.countersign.canonical;

import java.security.MessageDigest;
import java.util.Optional;
import java.util.OptionalLong;
import org.countersign.crypto.Sha256;
import org.countersign.syntax.Octets;
import org.jspecify.annotations.Nullable;

/** The SHA-256 digest of a canonical body up to a limit. For one thread. */
final class BodyDigest {
    private final MessageDigest digest;
    private final long limit;
    private long hashed;
    private @Nullable BodyHash hash;

    /**
     * @param limit maximum number of octets of the canonical body in the digest
     */
    BodyDigest(long limit) {
        this(Sha256.newDigest(), limit, 0);
    }

    private BodyDigest(MessageDigest digest, long limit, long hashed) {
        this.digest = digest;
        this.limit = limit;
        this.hashed = hashed;
    }

    /** The limit that an {@code l=} tag sets; without one, more than any body has. */
    static long limit(OptionalLong tag) {
        return tag.orElse(Long.MAX_VALUE);
    }

    long limit() {
        return limit;
    }

    /** An independent copy of this digest in its current state. */
    BodyDigest snapshot() {
        return new BodyDigest(Sha256.snapshot(digest), limit, hashed);
    }

    void update(byte[] octets, int offset, int length) {
        // RFC 6376 §3.7: the limit of l= applies after canonicalization.
        int counted = (int) Math.min(length, limit - hashed);
        digest.update(octets, offset, counted);
        hashed += counted;
    }

    /** How many octets are in the digest. */
    long hashed() {
        return hashed;
    }

    /** Computes the digest and resets it; once. */
    Octets value() {
        return Octets.wrap(digest.digest());
    }

    /**
     * Ends the body; once.
     *
     * @param bodyLength length of the canonical body in octets
     */
    void finish(long bodyLength) {
        hash = new BodyHash(value(), hashed, bodyLength);
    }

    /** The hash; empty before {@link #finish}. */
    Optional<BodyHash> hash() {
        return Optional.ofNullable(hash);
    }
}

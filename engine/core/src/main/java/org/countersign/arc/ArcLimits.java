package org.countersign.arc;

/**
 * The limits of a verifier for the chain of one message.
 *
 * @param keys the number of different public keys that are looked up; a chain whose seals need more fails
 * @param bodyHashes the number of body hashes that are computed, for message signatures that differ in canonicalization
 *     or {@code l=}
 * @param messageSignatures the number of message signatures that are verified, the newest first
 */
public record ArcLimits(int keys, int bodyHashes, int messageSignatures) {
    /** 32 keys, 4 hashes of the body, 20 message signatures. */
    public static final ArcLimits DEFAULT = new ArcLimits(32, 4, 20);

    /** RFC 8617 §4.2.1: a chain has at most 50 sets. */
    static final int MAX_SETS = 50;

    /** A larger field makes the chain fail; the fields of common handlers have one or two thousand octets. */
    static final int MAX_FIELD = 16 * 1024;

    /**
     * @throws IllegalArgumentException if the limits are too low for a chain of one set
     */
    public ArcLimits {
        if (keys < 2 || bodyHashes < 1 || messageSignatures < 1) {
            throw new IllegalArgumentException("a chain of one set needs two keys, a hash and a signature");
        }
    }
}

package org.countersign.arc;

/**
 * How much a verifier does for the chain of one message.
 *
 * @param keys how many different public keys are fetched at most; a chain whose seals need more fails
 * @param bodyHashes how many hashes of the body are computed at most, for message signatures that differ in
 *     canonicalization or {@code l=}
 * @param messageSignatures how many message signatures are verified at most, the newest first
 */
public record ArcLimits(int keys, int bodyHashes, int messageSignatures) {
    /** 32 keys, 4 hashes of the body, 20 message signatures. */
    public static final ArcLimits DEFAULT = new ArcLimits(32, 4, 20);

    /** RFC 8617 §4.2.1: a chain has 50 sets at most. */
    public static final int MAX_SETS = 50;

    /** A field beyond this makes the chain fail; those of well-known handlers have one or two thousand octets. */
    static final int MAX_FIELD = 16 * 1024;

    /**
     * @throws IllegalArgumentException if the newest message signature and its seal could not be verified
     */
    public ArcLimits {
        if (keys < 2 || bodyHashes < 1 || messageSignatures < 1) {
            throw new IllegalArgumentException("a chain of one set needs two keys, a hash and a signature");
        }
    }
}

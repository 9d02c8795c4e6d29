package org.countersign.canonical;

import org.countersign.syntax.Octets;

/**
 * The hash of a canonical body, or of its first octets.
 *
 * @param digest SHA-256
 * @param hashedLength number of octets of the canonical body in the digest
 * @param bodyLength length of the canonical body in octets
 */
public record BodyHash(Octets digest, long hashedLength, long bodyLength) {
    /** Whether the digest is of the whole body. */
    public boolean coversWholeBody() {
        return hashedLength == bodyLength;
    }
}

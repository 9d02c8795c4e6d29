package org.countersign.canonical;

import org.countersign.syntax.Octets;

/**
 * The hash of a canonical body, or of its beginning.
 *
 * @param digest SHA-256
 * @param hashedLength how many octets of the canonical body are in the digest
 * @param bodyLength how many octets the canonical body has
 */
public record BodyHash(Octets digest, long hashedLength, long bodyLength) {
    /** Whether nothing of the body was left out. */
    public boolean coversWholeBody() {
        return hashedLength == bodyLength;
    }
}

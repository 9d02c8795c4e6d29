package org.countersign.dkim;

import java.time.Duration;
import org.countersign.keys.VerificationKey;

/**
 * How much a verifier does for one message, and what it takes.
 *
 * @param signatures how many signatures are evaluated, and so how many keys fetched, at most; those that
 *     are worthless on sight do not count
 * @param clockDrift how far the clock of a signer may be from ours
 * @param shortestRsaKey fewest bits of an RSA key that is accepted here; below 1024 never is (RFC 8301)
 * @param longestRsaKey most bits of an RSA key that is computed with; above 8192 never is
 */
public record DkimLimits(int signatures, Duration clockDrift, int shortestRsaKey, int longestRsaKey) {
    /** Eight signatures, five minutes, 1024 to 4096 bits. */
    public static final DkimLimits DEFAULT = new DkimLimits(8, Duration.ofMinutes(5), VerificationKey.Rsa.MIN_BITS);

    /**
     * @throws IllegalArgumentException for a negative number or drift
     */
    public DkimLimits {
        if (signatures < 0 || clockDrift.isNegative()) {
            throw new IllegalArgumentException("a limit is negative");
        }
    }

    /** With keys of up to 4096 bits. */
    public DkimLimits(int signatures, Duration clockDrift, int shortestRsaKey) {
        this(signatures, clockDrift, shortestRsaKey, VerificationKey.Rsa.DEFAULT_MAX_BITS);
    }
}

package org.countersign.dkim;

import java.time.Duration;
import org.countersign.keys.VerificationKey;

/**
 * The limits of a verifier for each message.
 *
 * @param signatures the number of signatures that are evaluated, and so of keys that are looked up. Signatures that
 *     fail without a key do not count.
 * @param clockDrift how far the clock of a signer may be from the local clock
 * @param minRsaBits the minimum length of an RSA key in bits; at least 1024 is always required (RFC 8301 §3.2)
 * @param maxRsaBits the maximum length of an RSA key in bits; more than 8192 is never accepted
 */
public record DkimLimits(int signatures, Duration clockDrift, int minRsaBits, int maxRsaBits) {
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

    /** Limits for keys of up to 4096 bits. */
    DkimLimits(int signatures, Duration clockDrift, int minRsaBits) {
        this(signatures, clockDrift, minRsaBits, VerificationKey.Rsa.DEFAULT_MAX_BITS);
    }
}

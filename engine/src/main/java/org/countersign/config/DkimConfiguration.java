package org.countersign.config;

import java.time.Duration;
import org.countersign.dkim.DkimLimits;
import org.countersign.dkim.VerificationKey;

/**
 * The section {@code dkim}: what a signature must be like to be verified.
 *
 * @param limits {@code max-signatures}, {@code clock-drift} and {@code shortest-rsa-key}
 */
public record DkimConfiguration(DkimLimits limits) {
    static final DkimConfiguration DEFAULT = new DkimConfiguration(DkimLimits.DEFAULT);

    // With more the keys of one message could take most of its DNS questions.
    private static final ValueType<Integer> SIGNATURES = ValueType.integer(1, 50);
    private static final ValueType<Duration> DRIFT = ValueType.duration(Duration.ZERO, Duration.ofDays(1));
    private static final ValueType<Integer> KEY_BITS =
            ValueType.integer(VerificationKey.Rsa.SHORTEST, VerificationKey.Rsa.LONGEST);

    static DkimConfiguration read(ConfigSection section) {
        DkimLimits byDefault = DEFAULT.limits;
        return new DkimConfiguration(new DkimLimits(
                section.value("max-signatures", SIGNATURES, byDefault.signatures()),
                section.value("clock-drift", DRIFT, byDefault.clockDrift()),
                section.value("shortest-rsa-key", KEY_BITS, byDefault.shortestRsaKey())));
    }
}

package org.countersign.config;

import java.time.Duration;
import org.countersign.dkim.DkimLimits;
import org.countersign.keys.VerificationKey;

/**
 * The section {@code dkim}: what a signature must be like to be verified.
 *
 * @param limits {@code max-signatures}, {@code clock-drift}, {@code shortest-rsa-key} and {@code longest-rsa-key}
 */
public record DkimConfiguration(DkimLimits limits) {
    static final DkimConfiguration DEFAULT = new DkimConfiguration(DkimLimits.DEFAULT);

    // With more the keys of one message could take most of its DNS questions.
    private static final ValueType<Integer> SIGNATURES = ValueType.integer(1, 50);
    private static final ValueType<Duration> DRIFT = ValueType.duration(Duration.ZERO, Duration.ofDays(1));
    private static final ValueType<Integer> KEY_BITS =
            ValueType.integer(VerificationKey.Rsa.MIN_BITS, VerificationKey.Rsa.MAX_BITS);
    // RFC 8301 §3.2: not below what every verifier must be able to validate.
    private static final ValueType<Integer> MAX_KEY_BITS =
            ValueType.integer(VerificationKey.Rsa.DEFAULT_MAX_BITS, VerificationKey.Rsa.MAX_BITS);

    static DkimConfiguration read(ConfigSection section) {
        DkimLimits byDefault = DEFAULT.limits;
        DkimLimits limits = new DkimLimits(
                section.value("max-signatures", SIGNATURES, byDefault.signatures()),
                section.value("clock-drift", DRIFT, byDefault.clockDrift()),
                section.value("shortest-rsa-key", KEY_BITS, byDefault.shortestRsaKey()),
                section.value("longest-rsa-key", MAX_KEY_BITS, byDefault.longestRsaKey()));
        if (limits.shortestRsaKey() > limits.longestRsaKey()) {
            section.report(section.location("shortest-rsa-key")
                    .problem(
                            "is above longest-rsa-key, " + limits.longestRsaKey() + ", so no RSA key would do",
                            "lower it, or raise longest-rsa-key"));
        }
        return new DkimConfiguration(limits);
    }
}

package org.countersign.keys;

import java.util.List;
import java.util.Optional;
import org.countersign.syntax.Octets;

/** The signature algorithms that are or were registered for DKIM (RFC 6376 §3.3, RFC 8463 §3). */
public enum SignatureAlgorithm {
    RSA_SHA256("rsa-sha256", "rsa"),
    ED25519_SHA256("ed25519-sha256", "ed25519"),
    /** Historic: must not be used for signing or accepted (RFC 8301 §3.1). */
    RSA_SHA1("rsa-sha1", "rsa");

    private static final List<SignatureAlgorithm> ALL = List.of(values());

    private final String tag;
    private final String keyType;

    SignatureAlgorithm(String tag, String keyType) {
        this.tag = tag;
        this.keyType = keyType;
    }

    /** The value of the {@code a=} tag. */
    public String tag() {
        return tag;
    }

    /** The value of the {@code k=} tag of a key record. */
    public String keyType() {
        return keyType;
    }

    /** The algorithm with this value of the {@code a=} tag; empty if it is unknown. */
    public static Optional<SignatureAlgorithm> named(Octets tag) {
        for (SignatureAlgorithm algorithm : ALL) {
            if (tag.is(algorithm.tag)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }
}

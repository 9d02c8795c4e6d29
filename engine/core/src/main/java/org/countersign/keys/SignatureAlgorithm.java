package org.countersign.keys;

import java.util.List;
import java.util.Optional;
import org.countersign.syntax.Octets;

/** The signature algorithms that have ever been registered for DKIM (RFC 6376 §3.3, RFC 8463 §3). */
public enum SignatureAlgorithm {
    RSA_SHA256("rsa-sha256", "rsa"),
    ED25519_SHA256("ed25519-sha256", "ed25519"),
    /** Historic: neither made nor accepted (RFC 8301 §3.1). */
    RSA_SHA1("rsa-sha1", "rsa");

    private static final List<SignatureAlgorithm> ALL = List.of(values());

    private final String tag;
    private final String keyType;

    SignatureAlgorithm(String tag, String keyType) {
        this.tag = tag;
        this.keyType = keyType;
    }

    /** As the {@code a=} tag has it. */
    public String tag() {
        return tag;
    }

    /** As the {@code k=} tag of a public key record has it. */
    public String keyType() {
        return keyType;
    }

    public static Optional<SignatureAlgorithm> named(Octets tag) {
        for (SignatureAlgorithm algorithm : ALL) {
            if (tag.is(algorithm.tag)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }
}

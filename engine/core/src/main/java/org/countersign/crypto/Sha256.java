package org.countersign.crypto;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;

/**
 * SHA-256 of the Java runtime, requested by the provider's name: a provider that was installed before it may be many
 * times slower. Safe for any number of threads; the digests themselves are not.
 */
public final class Sha256 {
    /** Name of the security provider. */
    public static final String PROVIDER = "SUN";

    // Copied for every use, which takes a fraction of the time of MessageDigest.getInstance. Never updated itself.
    private static final MessageDigest EMPTY = empty();

    private Sha256() {}

    private static MessageDigest empty() {
        try {
            return MessageDigest.getInstance("SHA-256", PROVIDER);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this Java runtime has no SHA-256", missing);
        }
    }

    /** A new digest of no octets. */
    public static MessageDigest newDigest() {
        return snapshot(EMPTY);
    }

    /** An independent copy of a digest of {@link #newDigest} in its current state. */
    public static MessageDigest snapshot(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException("the SHA-256 of this Java runtime cannot be copied", impossible);
        }
    }
}

package org.countersign.keys;

import java.math.BigInteger;
import java.security.interfaces.RSAPublicKey;
import org.countersign.crypto.RsaEngine;
import org.countersign.syntax.Octets;

/** A public key of a key record: RSA (RFC 6376 §3.3.1) or Ed25519 (RFC 8463). */
public sealed interface VerificationKey {
    /** The size of the key in bits. */
    int bits();

    /** The length of each signature by this key in octets. */
    int signatureLength();

    /** The time of an operation with this key, in units of {@link KeyOperations}. */
    int cost();

    /**
     * Whether this key made the signature of this digest.
     *
     * @param digest SHA-256 of the signed data
     */
    boolean verifies(byte[] digest, byte[] signature);

    /** An RSA key of 1024 to 8192 bits. */
    final class Rsa implements VerificationKey {
        /** RFC 8301 §3.2: verifiers must not consider a signature by a shorter key valid. */
        public static final int MIN_BITS = 1024;

        /** The longest key that can be configured; a longer one would take too much time for each message. */
        public static final int MAX_BITS = 8192;

        /** RFC 8301 §3.2: verifiers must be able to validate signatures with keys up to this size. */
        public static final int DEFAULT_MAX_BITS = 4096;

        // Nearly every key has the exponent 65537.
        private static final int USUAL_EXPONENT_BITS = 17;

        private final RSAPublicKey key;
        private final RsaEngine.Verifier verifier;

        Rsa(RSAPublicKey key, RsaEngine rsa) {
            this.key = key;
            this.verifier = rsa.verifier(key);
        }

        RSAPublicKey key() {
            return key;
        }

        /** The modulus, by which weak families of keys are known. */
        public BigInteger modulus() {
            return key.getModulus();
        }

        @Override
        public int bits() {
            return key.getModulus().bitLength();
        }

        @Override
        public int signatureLength() {
            return (bits() + 7) / 8;
        }

        /** Grows with the square of the length; an exponent of 33 bits makes it two or three times as long. */
        @Override
        public int cost() {
            int multiple = (bits() + MIN_BITS - 1) / MIN_BITS;
            boolean usual = key.getPublicExponent().bitLength() <= USUAL_EXPONENT_BITS;
            return multiple * multiple * (usual ? 1 : 3);
        }

        @Override
        public boolean verifies(byte[] digest, byte[] signature) {
            return verifier.verifies(digest, signature);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Rsa that && key.equals(that.key);
        }

        @Override
        public int hashCode() {
            return key.hashCode();
        }

        @Override
        public String toString() {
            return "RSA, " + bits() + " bits";
        }
    }

    /** An Ed25519 key (RFC 8032) of 32 octets. */
    record Ed25519(Octets key) implements VerificationKey {
        static final int LENGTH = 32;
        private static final int COST = 18;

        @Override
        public int bits() {
            return 8 * LENGTH;
        }

        @Override
        public int signatureLength() {
            return 2 * LENGTH;
        }

        @Override
        public int cost() {
            return COST;
        }

        @Override
        public boolean verifies(byte[] digest, byte[] signature) {
            return org.countersign.crypto.Ed25519.verify(key.toByteArray(), digest, signature);
        }
    }
}

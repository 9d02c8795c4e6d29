package org.countersign.keys;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.Optional;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.countersign.crypto.RsaEngine;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

/** A public key as a key record holds it. */
public sealed interface VerificationKey {
    /** The size of the key. */
    int bits();

    /** The length that every signature by this key has, in octets. */
    int signatureLength();

    /** How long an operation with this key takes, in those with an RSA key of 1024 bits. */
    int cost();

    /**
     * Whether the signature is of this digest and by this key.
     *
     * @param digest SHA-256 of what was signed
     */
    boolean verifies(byte[] digest, byte[] signature);

    /** A key of 1024 to 8192 bits. */
    final class Rsa implements VerificationKey {
        /** RFC 8301 §3.2: verifiers must not take a signature by a shorter key for valid. */
        public static final int MIN_BITS = 1024;

        /** Above it, one signature costs more time than a message is worth. */
        public static final int MAX_BITS = 8192;

        /** RFC 8301 §3.2: verifiers must be able to validate signatures with keys up to this size. */
        public static final int DEFAULT_MAX_BITS = 4096;

        // The exponent of nearly every key is 65537; the largest that common software makes is 2^32 + 1.
        private static final int MAX_EXPONENT_BITS = 33;
        private static final int USUAL_EXPONENT_BITS = 17;

        private final RSAPublicKey key;
        private final RsaEngine.Verifier verifier;

        private Rsa(RSAPublicKey key, RsaEngine rsa) {
            this.key = key;
            this.verifier = rsa.verifier(key);
        }

        public RSAPublicKey key() {
            return key;
        }

        @Override
        public int bits() {
            return key.getModulus().bitLength();
        }

        @Override
        public int signatureLength() {
            return (bits() + 7) / 8;
        }

        /** Grows with the square of the length; with an exponent of 33 bits, it is two or three times as much. */
        @Override
        public int cost() {
            int thousands = (bits() + MIN_BITS - 1) / MIN_BITS;
            boolean usual = key.getPublicExponent().bitLength() <= USUAL_EXPONENT_BITS;
            return thousands * thousands * (usual ? 1 : 3);
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

    /** A key of RFC 8032, 32 octets. */
    record Ed25519(Octets key) implements VerificationKey {
        private static final int LENGTH = 32;
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

    /**
     * Reads an RSA key as SubjectPublicKeyInfo, as records have it, or as a bare RSAPublicKey, as RFC 6376
     * §3.6.1 has it. No arithmetic is done with a key that is too long.
     *
     * @param rsa computes with the key
     */
    static Parsed<VerificationKey, SignatureFailure> rsa(Octets der, RsaEngine rsa) {
        Optional<DerReader> outer = new DerReader(der).sequence();
        if (outer.isEmpty()) {
            return unusable(SignatureProblem.KEY_UNUSABLE, "not an RSA key");
        }
        Optional<DerReader> algorithm = outer.get().sequence();
        if (algorithm.isEmpty()) {
            return rsaNumbers(outer.get(), rsa);
        }
        Optional<Octets> identifier = algorithm.get().next(DerReader.OBJECT_IDENTIFIER);
        if (identifier.isEmpty() || !identifier.get().equals(KeyAlgorithmOids.RSA_ENCRYPTION)) {
            return unusable(SignatureProblem.KEY_UNUSABLE, "not an RSA key");
        }
        return outer.get()
                .next(DerReader.BIT_STRING)
                .filter(bits -> !bits.isEmpty() && bits.at(0) == 0)
                .flatMap(bits -> new DerReader(bits.from(1)).sequence())
                .map(numbers -> rsaNumbers(numbers, rsa))
                .orElseGet(() -> unusable(SignatureProblem.KEY_UNUSABLE, "not an RSA key"));
    }

    private static Parsed<VerificationKey, SignatureFailure> rsaNumbers(DerReader numbers, RsaEngine rsa) {
        Optional<BigInteger> modulus = numbers.unsigned();
        Optional<BigInteger> exponent = numbers.unsigned();
        return modulus.isEmpty() || exponent.isEmpty()
                ? unusable(SignatureProblem.KEY_UNUSABLE, "not an RSA key")
                : rsa(modulus.get(), exponent.get(), rsa);
    }

    /** The key of these two numbers, if it is one to compute with. */
    static Parsed<VerificationKey, SignatureFailure> rsa(BigInteger modulus, BigInteger exponent, RsaEngine rsa) {
        int bits = modulus.bitLength();
        if (bits > Rsa.MAX_BITS) {
            return unusable(SignatureProblem.KEY_TOO_LONG, bits + " bits");
        }
        if (bits < Rsa.MIN_BITS) {
            return unusable(SignatureProblem.KEY_TOO_SHORT, bits + " bits");
        }
        int exponentBits = exponent.bitLength();
        if (exponentBits > Rsa.MAX_EXPONENT_BITS) {
            return unusable(
                    SignatureProblem.KEY_UNUSABLE,
                    "an RSA exponent of " + exponentBits + " bits, " + Rsa.MAX_EXPONENT_BITS + " at most");
        }
        // RFC 8017 §3.1: the exponent is at least 3, and both are odd.
        if (!exponent.testBit(0) || exponentBits < 2 || !modulus.testBit(0)) {
            return unusable(
                    SignatureProblem.KEY_UNUSABLE, "not an RSA key, its modulus or exponent is even or too small");
        }
        try {
            KeyFactory factory = KeyFactory.getInstance("RSA", "SunRsaSign");
            RSAPublicKey key = (RSAPublicKey) factory.generatePublic(new RSAPublicKeySpec(modulus, exponent));
            return new Parsed.Value<>(new Rsa(key, rsa));
        } catch (GeneralSecurityException refused) {
            return unusable(SignatureProblem.KEY_UNUSABLE, "refused by the runtime");
        }
    }

    /** Reads the 32 octets of an Ed25519 key (RFC 8463 §4.2). */
    static Parsed<VerificationKey, SignatureFailure> ed25519(Octets raw) {
        if (raw.length() != Ed25519.LENGTH) {
            return unusable(SignatureProblem.KEY_UNUSABLE, raw.length() + " octets instead of 32");
        }
        try {
            Ed25519PublicKeyParameters unused = new Ed25519PublicKeyParameters(raw.toByteArray(), 0);
            return new Parsed.Value<>(new Ed25519(raw));
        } catch (IllegalArgumentException noPoint) {
            return unusable(SignatureProblem.KEY_UNUSABLE, "not a point of the curve");
        }
    }

    private static Parsed<VerificationKey, SignatureFailure> unusable(SignatureProblem problem, String detail) {
        return new Parsed.Malformed<>(new SignatureFailure(problem, detail));
    }
}

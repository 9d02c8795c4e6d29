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

/** Parses public keys from any octets; never throws. */
final class PublicKeyParser {
    // The largest exponent that common software makes is 2^32 + 1.
    private static final int MAX_EXPONENT_BITS = 33;

    private PublicKeyParser() {}

    /**
     * Parses an RSA key: SubjectPublicKeyInfo, which most records have, or RSAPublicKey, which RFC 6376 §3.6.1 specifies.
     * Does no arithmetic with a key that is too long.
     *
     * @param rsa computes with the key
     */
    static Parsed<VerificationKey, SignatureFailure> rsa(Octets der, RsaEngine rsa) {
        Optional<BigInteger[]> numbers = rsaNumbers(der);
        return numbers.isEmpty()
                ? unusable(SignatureProblem.KEY_UNUSABLE, "not an RSA key")
                : rsa(numbers.get()[0], numbers.get()[1], rsa);
    }

    /** The modulus and the exponent of an RSA key in either form; empty if the octets have neither form. */
    static Optional<BigInteger[]> rsaNumbers(Octets der) {
        Optional<DerReader> outer = new DerReader(der).sequence();
        if (outer.isEmpty()) {
            return Optional.empty();
        }
        Optional<DerReader> algorithm = outer.get().sequence();
        if (algorithm.isEmpty()) {
            return rsaNumbers(outer.get());
        }
        Optional<Octets> identifier = algorithm.get().next(DerReader.OBJECT_IDENTIFIER);
        if (identifier.isEmpty() || !identifier.get().equals(KeyAlgorithmOids.RSA_ENCRYPTION)) {
            return Optional.empty();
        }
        return outer.get()
                .next(DerReader.BIT_STRING)
                .filter(bits -> !bits.isEmpty() && bits.at(0) == 0)
                .flatMap(bits -> new DerReader(bits.from(1)).sequence())
                .flatMap(PublicKeyParser::rsaNumbers);
    }

    private static Optional<BigInteger[]> rsaNumbers(DerReader numbers) {
        Optional<BigInteger> modulus = numbers.unsigned();
        Optional<BigInteger> exponent = numbers.unsigned();
        return modulus.isEmpty() || exponent.isEmpty()
                ? Optional.empty()
                : Optional.of(new BigInteger[] {modulus.get(), exponent.get()});
    }

    /** Makes a key from its two numbers, unless it is too short or too long, or its numbers cannot be right. */
    static Parsed<VerificationKey, SignatureFailure> rsa(BigInteger modulus, BigInteger exponent, RsaEngine rsa) {
        int bits = modulus.bitLength();
        if (bits > VerificationKey.Rsa.MAX_BITS) {
            return unusable(SignatureProblem.KEY_TOO_LONG, bits + " bits");
        }
        if (bits < VerificationKey.Rsa.MIN_BITS) {
            return unusable(SignatureProblem.KEY_TOO_SHORT, bits + " bits");
        }
        int exponentBits = exponent.bitLength();
        if (exponentBits > MAX_EXPONENT_BITS) {
            return unusable(
                    SignatureProblem.KEY_UNUSABLE,
                    "an RSA exponent of " + exponentBits + " bits, " + MAX_EXPONENT_BITS + " at most");
        }
        // RFC 8017 §3.1: the exponent is at least 3, and both are odd.
        if (!exponent.testBit(0) || exponentBits < 2 || !modulus.testBit(0)) {
            return unusable(
                    SignatureProblem.KEY_UNUSABLE, "not an RSA key, its modulus or exponent is even or too small");
        }
        try {
            KeyFactory factory = KeyFactory.getInstance("RSA", "SunRsaSign");
            RSAPublicKey key = (RSAPublicKey) factory.generatePublic(new RSAPublicKeySpec(modulus, exponent));
            return new Parsed.Value<>(new VerificationKey.Rsa(key, rsa));
        } catch (GeneralSecurityException refused) {
            return unusable(SignatureProblem.KEY_UNUSABLE, "refused by the runtime");
        }
    }

    /** Parses an Ed25519 key, which is 32 octets (RFC 8463 §4.2). */
    static Parsed<VerificationKey, SignatureFailure> ed25519(Octets raw) {
        if (raw.length() != VerificationKey.Ed25519.LENGTH) {
            return unusable(SignatureProblem.KEY_UNUSABLE, raw.length() + " octets instead of 32");
        }
        try {
            Ed25519PublicKeyParameters unused = new Ed25519PublicKeyParameters(raw.toByteArray(), 0);
            return new Parsed.Value<>(new VerificationKey.Ed25519(raw));
        } catch (IllegalArgumentException noPoint) {
            return unusable(SignatureProblem.KEY_UNUSABLE, "not a point of the curve");
        }
    }

    private static Parsed<VerificationKey, SignatureFailure> unusable(SignatureProblem problem, String detail) {
        return new Parsed.Malformed<>(new SignatureFailure(problem, detail));
    }
}

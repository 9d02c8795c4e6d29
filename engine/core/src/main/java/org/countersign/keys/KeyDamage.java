package org.countersign.keys;

import java.math.BigInteger;
import java.util.Base64;
import java.util.Optional;
import org.countersign.syntax.Octets;

/**
 * What is wrong with the data of a {@code p=} tag that gives no key. It changes no result: it tells the owner of the
 * record what has happened to it.
 *
 * @param detail one clause in US-ASCII
 */
public record KeyDamage(Kind kind, String detail) {
    // RFC 8410 §4: SubjectPublicKeyInfo of Ed25519 is 12 octets and the key.
    private static final int WRAPPED_ED25519 = 44;
    // An exponent that a signature could not be verified with in reasonable time.
    private static final int MAX_EXPONENT_BITS = 64;

    /** The kinds of damage. */
    public enum Kind {
        /** Octets are missing at the end, or those of two keys follow each other. */
        CUT,
        /** Not base64, or not DER. */
        NOT_A_KEY,
        /** A private key. */
        PRIVATE_KEY,
        /** A key of another type than {@code k=} says, or in a wrapper that this type does not have. */
        OTHER_TYPE,
        TOO_SHORT,
        TOO_LONG,
        /** An exponent or a modulus that no generator of keys makes. */
        WEAK
    }

    /**
     * Finds the damage of data for which {@link PublicKeyRecord#parse} gives no key.
     *
     * @param keyType {@code rsa} or {@code ed25519}
     * @param data the value of {@code p=}
     */
    public static KeyDamage of(String keyType, Octets data) {
        Octets text = data.withoutFws();
        Optional<Octets> decoded = TagValues.base64(text);
        if (decoded.isEmpty()) {
            int padding = text.indexOf('=', 0);
            if (padding >= 0 && padding < text.length() - 2) {
                return cut("two keys run together, the second one after octet " + (padding + 1));
            }
            // One octet more than whole groups of four is never base64, and everything before it may be.
            decoded = text.length() % 4 == 1 ? TagValues.base64(text.slice(0, text.length() - 1)) : decoded;
        }
        if (decoded.isEmpty()) {
            return new KeyDamage(Kind.NOT_A_KEY, "p= is not base64");
        }
        return keyType.equals("ed25519") ? ofEd25519(decoded.get()) : ofRsa(text.latin1(), decoded.get());
    }

    /**
     * The data of a {@code p=} tag without the octets behind an RSA key, in base64; empty if there are none.
     *
     * @param data of a record that gives a key
     */
    public static Optional<String> withoutTrailingOctets(Octets data) {
        return TagValues.base64(data).flatMap(der -> {
            int length = promisedLength(der);
            return length > 0 && length < der.length()
                    ? Optional.of(Base64.getEncoder()
                            .encodeToString(der.slice(0, length).toByteArray()))
                    : Optional.empty();
        });
    }

    private static KeyDamage cut(String detail) {
        return new KeyDamage(Kind.CUT, detail);
    }

    private static KeyDamage ofEd25519(Octets raw) {
        if (raw.length() == WRAPPED_ED25519 && raw.at(0) == DerReader.SEQUENCE) {
            return new KeyDamage(
                    Kind.OTHER_TYPE,
                    "the key is wrapped as in X.509, 44 octets; p= must have its last 32 octets alone");
        }
        if (raw.length() > WRAPPED_ED25519 && raw.at(0) == DerReader.SEQUENCE) {
            return new KeyDamage(
                    isPrivate(raw) ? Kind.PRIVATE_KEY : Kind.OTHER_TYPE, "the data is no Ed25519 key, but perhaps RSA");
        }
        return raw.length() < VerificationKey.Ed25519.LENGTH
                ? cut("an Ed25519 key has 32 octets, and " + raw.length() + " are there")
                : new KeyDamage(Kind.NOT_A_KEY, raw.length() + " octets, and an Ed25519 key has 32");
    }

    private static KeyDamage ofRsa(String text, Octets der) {
        if (der.length() == VerificationKey.Ed25519.LENGTH) {
            return new KeyDamage(Kind.OTHER_TYPE, "32 octets are an Ed25519 key, which needs k=ed25519");
        }
        if (isPrivate(der)) {
            return new KeyDamage(Kind.PRIVATE_KEY, "p= has a PRIVATE KEY");
        }
        int promised = promisedLength(der);
        if (promised > der.length()) {
            return cut("the key has " + promised + " octets, and only " + der.length() + " are there"
                    + (text.length() % 255 == 0 || text.length() < 255
                            ? ", as if a string of 255 octets had been cut"
                            : ""));
        }
        return PublicKeyParser.rsaNumbers(der)
                .map(numbers -> ofNumbers(numbers[0], numbers[1]))
                .orElseGet(() -> new KeyDamage(Kind.NOT_A_KEY, "the data is no RSA key"));
    }

    private static KeyDamage ofNumbers(BigInteger modulus, BigInteger exponent) {
        int bits = modulus.bitLength();
        if (bits < VerificationKey.Rsa.MIN_BITS) {
            return new KeyDamage(Kind.TOO_SHORT, bits + " bits");
        }
        if (bits > VerificationKey.Rsa.MAX_BITS) {
            return new KeyDamage(Kind.TOO_LONG, bits + " bits");
        }
        return new KeyDamage(
                Kind.WEAK,
                exponent.bitLength() > MAX_EXPONENT_BITS
                        ? "its exponent has " + exponent.bitLength() + " bits"
                        : "its exponent " + exponent + " or its modulus cannot be that of an RSA key");
    }

    /** The length of the outer element with its header; 0 if the octets do not begin with a sequence. */
    private static int promisedLength(Octets der) {
        if (der.length() < 2 || der.at(0) != DerReader.SEQUENCE) {
            return 0;
        }
        int first = der.at(1);
        int octets = first > 0x7F ? first & 0x7F : 0;
        if (octets > 3 || der.length() < 2 + octets) {
            return 0;
        }
        int length = octets == 0 ? first : 0;
        for (int i = 0; i < octets; i++) {
            length = length << 8 | der.at(2 + i);
        }
        return 2 + octets + length;
    }

    /** PKCS#1 and PKCS#8 begin with a version, a small number; public keys do not. */
    private static boolean isPrivate(Octets der) {
        int at = der.length() < 2 ? 0 : 2 + (der.at(1) > 0x7F ? der.at(1) & 0x7F : 0);
        return at > 0
                && der.at(0) == DerReader.SEQUENCE
                && at + 2 < der.length()
                && der.at(at) == DerReader.INTEGER
                && der.at(at + 1) == 1
                && der.at(at + 2) <= 1
                && der.length() > at + 3;
    }
}

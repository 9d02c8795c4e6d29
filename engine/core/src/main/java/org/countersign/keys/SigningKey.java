package org.countersign.keys;

import java.util.Base64;
import java.util.Optional;
import org.countersign.crypto.RsaEngine;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

/**
 * A private key that has verified its own signature, or the public half of one. Safe for any number of threads; its text never contains the
 * secret.
 */
public final class SigningKey {
    private final SignatureAlgorithm algorithm;
    private final VerificationKey publicKey;
    private final Octets publicKeyData;
    private final RsaEngine.Signer signer;

    /**
     * @param publicKeyData what the {@code p=} tag of its record should have
     */
    SigningKey(SignatureAlgorithm algorithm, VerificationKey publicKey, Octets publicKeyData, RsaEngine.Signer signer) {
        this.algorithm = algorithm;
        this.publicKey = publicKey;
        this.publicKeyData = publicKeyData;
        this.signer = signer;
    }

    /**
     * Reads a private key that is not encrypted: PEM of PKCS#8 (RSA or Ed25519) or PKCS#1 (RSA), or only the 32 octets of an
     * Ed25519 seed in base64, with or without the 32 octets of the public key after them. Never throws. An RSA key must have 1024 to 8192 bits (RFC 8301 §3.2), and each key must verify its own
     * signature. It signs with the RSA of the Java runtime.
     *
     * @return the key, or one line for its owner: what is wrong, and what to do
     */
    public static Parsed<SigningKey, String> parse(Octets text) {
        return parse(text, Optional.empty(), RsaEngine.jca());
    }

    /**
     * Reads a private key that may be encrypted: PKCS#8 with PBES2 (RFC 8018 §6.2) by PBKDF2 or scrypt, or OpenSSL's
     * traditional encryption of PKCS#1, both with AES or Triple DES in CBC mode. Otherwise as {@link #parse(Octets)}.
     *
     * @param passphrase ignored for a key that is not encrypted
     * @param rsa computes with an RSA key
     */
    public static Parsed<SigningKey, String> parse(Octets text, Optional<Passphrase> passphrase, RsaEngine rsa) {
        return PrivateKeyFile.parse(text, passphrase, rsa);
    }

    /**
     * A key of which only the public half is known, for showing which key would sign. Its signatures are octets of zero:
     * they have the right length, and verify with no key.
     *
     * @param record the text of its TXT record, as {@link #publicKeyRecord()} gives it
     * @return empty if the text is no record with a key
     */
    public static Optional<SigningKey> withoutPrivateHalf(String record) {
        if (!(PublicKeyRecord.parse(Octets.latin1(record)) instanceof Parsed.Value<PublicKeyRecord, ?>(var published))
                || published.key().isEmpty()) {
            return Optional.empty();
        }
        VerificationKey key = published.key().get();
        SignatureAlgorithm algorithm = switch (key) {
            case VerificationKey.Rsa rsa -> SignatureAlgorithm.RSA_SHA256;
            case VerificationKey.Ed25519 ed25519 -> SignatureAlgorithm.ED25519_SHA256;
        };
        try {
            Octets data = Octets.wrap(Base64.getDecoder().decode(record.substring(record.lastIndexOf("p=") + 2)));
            return Optional.of(new SigningKey(algorithm, key, data, digest -> new byte[key.signatureLength()]));
        } catch (IllegalArgumentException otherTagsFollow) {
            return Optional.empty();
        }
    }

    /** The algorithm of its signatures. */
    public SignatureAlgorithm algorithm() {
        return algorithm;
    }

    /** The size of the key in bits. */
    public int bits() {
        return publicKey.bits();
    }

    /** The public key to publish. */
    public VerificationKey publicKey() {
        return publicKey;
    }

    /** The text of the TXT record to publish (RFC 6376 §3.6.1). */
    public String publicKeyRecord() {
        return "v=DKIM1; k=" + algorithm.keyType() + "; p="
                + Base64.getEncoder().encodeToString(publicKeyData.toByteArray());
    }

    /**
     * Signs a digest.
     *
     * @param digest SHA-256 of the data
     */
    public byte[] sign(byte[] digest) {
        return signer.sign(digest);
    }

    /** Algorithm and size, without the secret. */
    @Override
    public String toString() {
        return algorithm.tag() + ", " + bits() + " bits";
    }
}

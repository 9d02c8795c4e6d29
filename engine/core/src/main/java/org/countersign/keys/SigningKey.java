package org.countersign.keys;

import java.util.Base64;
import java.util.Optional;
import org.countersign.crypto.RsaEngine;
import org.countersign.syntax.Octets;

/** A private key that has been tried out, for any number of threads. Never shows what it holds. */
public final class SigningKey {
    private final SignatureAlgorithm algorithm;
    private final VerificationKey publicKey;
    private final Octets publicKeyData;
    private final RsaEngine.Signer signer;

    public SigningKey(
            SignatureAlgorithm algorithm, VerificationKey publicKey, Octets publicKeyData, RsaEngine.Signer signer) {
        this.algorithm = algorithm;
        this.publicKey = publicKey;
        this.publicKeyData = publicKeyData;
        this.signer = signer;
    }

    /** A key, or why there is none. */
    public sealed interface Parsing {
        record Parsed(SigningKey key) implements Parsing {}

        /**
         * @param reason one line for the people who own the key: what is wrong, and what to do
         */
        record Malformed(String reason) implements Parsing {}
    }

    /**
     * Reads a private key: PEM with PKCS#8 (RSA or Ed25519) or PKCS#1 (RSA), or nothing but the 32 octets
     * of an Ed25519 seed in base64. Total. An RSA key must have 1024 to 8192 bits (RFC 8301 §3.2), and
     * each key must verify its own signature.
     */
    public static Parsing parse(Octets text) {
        return parse(text, Optional.empty(), RsaEngine.jca());
    }

    /**
     * Likewise, for a key that may be encrypted: PKCS#8 with PBES2 (RFC 8018 §6.2) by PBKDF2 or scrypt, or
     * OpenSSL's older form of PKCS#1; AES or Triple DES in CBC mode. What is not encrypted needs no passphrase,
     * and takes no notice of one.
     *
     * @param rsa computes with an RSA key
     */
    public static Parsing parse(Octets text, Optional<Passphrase> passphrase, RsaEngine rsa) {
        return PrivateKeyFile.parse(text, passphrase, rsa);
    }

    public SignatureAlgorithm algorithm() {
        return algorithm;
    }

    /** The size of the key. */
    public int bits() {
        return publicKey.bits();
    }

    /** The other half, as the DNS should hold it. */
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
     * @param digest SHA-256 of what is to be signed
     */
    public byte[] sign(byte[] digest) {
        return signer.sign(digest);
    }

    /** Algorithm and size, and nothing else. */
    @Override
    public String toString() {
        return algorithm.tag() + ", " + bits() + " bits";
    }
}

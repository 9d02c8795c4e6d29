package org.countersign.dkim;

import java.security.MessageDigest;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;

/** The arithmetic that signatures need, on digests that are ready. */
interface Crypto {
    /** With the fastest RSA that {@link CryptoProviders} found. */
    Crypto STANDARD = new StandardCrypto(CryptoProviders::rsa);

    MessageDigest sha256();

    /** The same key, in the form that {@link #verifyRsa} is fastest with; to be asked once a key. */
    RSAPublicKey prepare(RSAPublicKey key);

    /** Likewise for {@link #signRsa}. */
    RSAPrivateKey prepare(RSAPrivateKey key);

    /** RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2.2); false for anything that does not verify. */
    boolean verifyRsa(RSAPublicKey key, byte[] digest, byte[] signature);

    /** RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2.1). */
    byte[] signRsa(RSAPrivateKey key, byte[] digest);

    /** PureEdDSA over the digest (RFC 8463 §3); false for anything that does not verify. */
    boolean verifyEd25519(byte[] publicKey, byte[] digest, byte[] signature);

    /** PureEdDSA over the digest (RFC 8463 §3). */
    byte[] signEd25519(byte[] seed, byte[] digest);

    /** The digest of the same octets so far, which goes its own way from here. */
    static MessageDigest copyOf(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException("this runtime's SHA-256 cannot be cloned", impossible);
        }
    }
}

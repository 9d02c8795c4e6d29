package org.countersign.crypto;

import java.security.MessageDigest;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;

/** The arithmetic that signatures need, on digests that are ready. */
public interface Crypto {
    /** With the fastest RSA that {@link CryptoProviders} found. */
    Crypto STANDARD = new StandardCrypto(CryptoProviders::rsa);

    MessageDigest sha256();

    /** A public key at work; to be kept with it. For any number of threads. */
    interface Verifier {
        /** Whether the signature is of this digest; false for anything that does not verify. */
        boolean verifies(byte[] digest, byte[] signature);
    }

    /** A private key at work; to be kept with it. For any number of threads. */
    interface Signer {
        byte[] sign(byte[] digest);
    }

    /** RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2.2). */
    Verifier rsaVerifier(RSAPublicKey key);

    /** RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2.1). */
    Signer rsaSigner(RSAPrivateKey key);

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

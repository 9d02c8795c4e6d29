package org.countersign.crypto;

import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/**
 * Ed25519 over a digest, as DKIM uses it: PureEdDSA with the SHA-256 digest as its message (RFC 8463 §3). Computed by Bouncy
 * Castle's lightweight classes, which accept the raw key of a DKIM record and are several times faster than the Java
 * runtime's. Safe for any number of threads.
 */
public final class Ed25519 {
    /** Name of the library that computes. */
    public static final String PROVIDER = "Bouncy Castle";

    private Ed25519() {}

    /**
     * Whether the signature is valid for this digest.
     *
     * @param publicKey the 32 octets of a point on the curve
     * @return false also for octets that are no signature
     */
    public static boolean verify(byte[] publicKey, byte[] digest, byte[] signature) {
        if (signature.length != Ed25519PrivateKeyParameters.SIGNATURE_SIZE) {
            return false;
        }
        Ed25519Signer signer = new Ed25519Signer();
        signer.init(false, new Ed25519PublicKeyParameters(publicKey, 0));
        signer.update(digest, 0, digest.length);
        return signer.verifySignature(signature);
    }

    /**
     * Signs a digest.
     *
     * @param seed the private key, 32 octets (RFC 8032 §5.1.5)
     */
    public static byte[] sign(byte[] seed, byte[] digest) {
        Ed25519Signer signer = new Ed25519Signer();
        signer.init(true, new Ed25519PrivateKeyParameters(seed, 0));
        signer.update(digest, 0, digest.length);
        return signer.generateSignature();
    }
}

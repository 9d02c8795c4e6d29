package org.countersign.crypto;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Supplier;
import javax.crypto.Cipher;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/**
 * SHA-256 from the runtime's own provider by name: one that somebody has put before it computes digests
 * many times slower. Ed25519 from Bouncy Castle's lightweight classes, which take the raw key that a DKIM
 * record holds and are several times faster than the runtime's. RSA from whoever is given.
 */
final class StandardCrypto implements Crypto {
    // RFC 8017 §9.2 note 1: what stands before a SHA-256 digest in a signature.
    private static final byte[] DIGEST_INFO = HexFormat.of().parseHex("3031300d060960864801650304020105000420");
    private static final int SHA256_LENGTH = 32;
    private static final int MIN_PADDING = 8;

    private final Supplier<RsaProvider> rsa;
    // Copied for every use, which takes a fraction of the time that it takes to find the provider's again.
    private final MessageDigest emptySha256 = emptySha256();

    /**
     * @param rsa asked for each key, so that a provider which is slow to load does not keep digests waiting
     */
    StandardCrypto(Supplier<RsaProvider> rsa) {
        this.rsa = rsa;
    }

    private static MessageDigest emptySha256() {
        try {
            return MessageDigest.getInstance("SHA-256", "SUN");
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this runtime has no SHA-256", missing);
        }
    }

    @Override
    public MessageDigest sha256() {
        return Crypto.copyOf(emptySha256);
    }

    @Override
    public Verifier rsaVerifier(RSAPublicKey key) {
        int length = lengthOf(key);
        // RFC 8017 §9.2 step 3
        if (length < MIN_PADDING + 3 + DIGEST_INFO.length + SHA256_LENGTH) {
            return (digest, signature) -> false;
        }
        byte[] padding = padding(length);
        RawRsa operation = rsa.get().operation(Cipher.DECRYPT_MODE, key);
        return (digest, signature) -> {
            try {
                // RFC 8017 §8.2.2 step 1
                return signature.length == length && isPadded(digest, padding, operation.apply(signature));
            } catch (GeneralSecurityException notASignature) {
                return false;
            }
        };
    }

    /**
     * Whether the block is this padding and this digest. What it must be is compared with it, and it is never parsed:
     * nothing is left for a forger to hide in. Nothing here is secret, so it may take more or less time.
     */
    private static boolean isPadded(byte[] digest, byte[] padding, byte[] block) {
        int at = padding.length;
        return Arrays.equals(block, 0, at, padding, 0, at)
                && Arrays.equals(block, at, block.length, digest, 0, digest.length);
    }

    @Override
    public Signer rsaSigner(RSAPrivateKey key) {
        int length = lengthOf(key);
        byte[] padding = padding(length);
        RawRsa operation = rsa.get().operation(Cipher.ENCRYPT_MODE, key);
        return digest -> {
            byte[] block = Arrays.copyOf(padding, length);
            System.arraycopy(digest, 0, block, padding.length, digest.length);
            try {
                return operation.apply(block);
            } catch (GeneralSecurityException broken) {
                throw new IllegalStateException("a signing key that was tested does not sign", broken);
            }
        };
    }

    private static int lengthOf(RSAKey key) {
        return (key.getModulus().bitLength() + 7) / 8;
    }

    // RFC 8017 §9.2: 00 01 FF ... FF 00 DigestInfo, and the digest behind it
    private static byte[] padding(int length) {
        byte[] padding = new byte[length - SHA256_LENGTH];
        int infoAt = padding.length - DIGEST_INFO.length;
        padding[1] = 1;
        Arrays.fill(padding, 2, infoAt - 1, (byte) 0xFF);
        System.arraycopy(DIGEST_INFO, 0, padding, infoAt, DIGEST_INFO.length);
        return padding;
    }

    @Override
    public boolean verifyEd25519(byte[] publicKey, byte[] digest, byte[] signature) {
        if (signature.length != Ed25519PrivateKeyParameters.SIGNATURE_SIZE) {
            return false;
        }
        Ed25519Signer signer = new Ed25519Signer();
        signer.init(false, new Ed25519PublicKeyParameters(publicKey, 0));
        signer.update(digest, 0, digest.length);
        return signer.verifySignature(signature);
    }

    @Override
    public byte[] signEd25519(byte[] seed, byte[] digest) {
        Ed25519Signer signer = new Ed25519Signer();
        signer.init(true, new Ed25519PrivateKeyParameters(seed, 0));
        signer.update(digest, 0, digest.length);
        return signer.generateSignature();
    }
}

package org.countersign.dkim;

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
    private static final int SHORTEST_PADDING = 8;

    private final Supplier<RsaProvider> rsa;
    // Copied for every use, which takes a fraction of the time that it takes to find the provider's again.
    private final MessageDigest emptySha256 = emptySha256();

    /**
     * @param rsa asked at each operation, so that a provider which is slow to load does not keep digests waiting
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
    public RSAPublicKey prepare(RSAPublicKey key) {
        return rsa.get().prepare(key) instanceof RSAPublicKey prepared ? prepared : key;
    }

    @Override
    public RSAPrivateKey prepare(RSAPrivateKey key) {
        return rsa.get().prepare(key) instanceof RSAPrivateKey prepared ? prepared : key;
    }

    @Override
    public boolean verifyRsa(RSAPublicKey key, byte[] digest, byte[] signature) {
        int length = lengthOf(key);
        // RFC 8017 §8.2.2 step 1
        if (signature.length != length || length < DIGEST_INFO.length + SHA256_LENGTH + SHORTEST_PADDING + 3) {
            return false;
        }
        try {
            // The padding is built and compared, never parsed: nothing is left for a forger to hide in.
            // Nothing here is secret, so it may take more or less time.
            return Arrays.equals(encode(digest, length), rsa.get().apply(Cipher.DECRYPT_MODE, key, signature));
        } catch (GeneralSecurityException notASignature) {
            return false;
        }
    }

    @Override
    public byte[] signRsa(RSAPrivateKey key, byte[] digest) {
        try {
            return rsa.get().apply(Cipher.ENCRYPT_MODE, key, encode(digest, lengthOf(key)));
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("a signing key that was tested does not sign", broken);
        }
    }

    private static int lengthOf(RSAKey key) {
        return (key.getModulus().bitLength() + 7) / 8;
    }

    // RFC 8017 §9.2: 00 01 FF ... FF 00 DigestInfo
    private static byte[] encode(byte[] digest, int length) {
        byte[] block = new byte[length];
        int digestAt = length - digest.length;
        int infoAt = digestAt - DIGEST_INFO.length;
        block[1] = 1;
        Arrays.fill(block, 2, infoAt - 1, (byte) 0xFF);
        System.arraycopy(DIGEST_INFO, 0, block, infoAt, DIGEST_INFO.length);
        System.arraycopy(digest, 0, block, digestAt, digest.length);
        return block;
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

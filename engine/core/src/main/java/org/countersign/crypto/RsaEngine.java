package org.countersign.crypto;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Cipher;

/**
 * RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2). A subclass computes the bare RSA operation; the padding is the same for
 * both and is compared as a whole, so results do not depend on the implementation. Immutable and safe for any number of
 * threads. The program chooses an engine once and passes it to all code that reads keys.
 */
public abstract sealed class RsaEngine permits JcaRsa, AmazonRsa {
    static final String TRANSFORMATION = "RSA/ECB/NoPadding";

    // RFC 8017 §9.2 note 1: the DER prefix of a SHA-256 digest.
    private static final byte[] DIGEST_INFO = HexFormat.of().parseHex("3031300d060960864801650304020105000420");
    private static final int SHA256_LENGTH = 32;
    private static final int MIN_PADDING = 8;

    /** A public key, prepared for use. Safe for any number of threads. */
    public interface Verifier {
        /**
         * Whether the signature is valid for this digest.
         *
         * @param digest SHA-256 of the signed data
         * @return false also for octets that are no signature
         */
        boolean verifies(byte[] digest, byte[] signature);
    }

    /** A private key, prepared for use. Safe for any number of threads. */
    public interface Signer {
        /**
         * Signs a digest.
         *
         * @param digest SHA-256 of the data
         */
        byte[] sign(byte[] digest);
    }

    /** The bare RSA operation (RFC 8017 §5), without padding, with one key. Safe for any number of threads. */
    interface RawRsa {
        /**
         * Applies the key to a block.
         *
         * @param block as long as the modulus of the key
         * @throws GeneralSecurityException if the block is not a number below the modulus
         */
        byte[] apply(byte[] block) throws GeneralSecurityException;
    }

    /** RSA of the Java runtime, by its provider SunJCE. */
    public static RsaEngine jca() {
        return new JcaRsa();
    }

    /**
     * The fastest RSA available: the Amazon Corretto Crypto Provider if it is on the class path and loads, otherwise
     * {@link #jca}. Loading takes about a third of a second. The provider is not installed in the Java runtime.
     */
    public static RsaEngine best() {
        Optional<AmazonRsa> amazon = AmazonRsa.load(RsaEngine.class.getClassLoader());
        return amazon.isPresent() ? amazon.get() : jca();
    }

    /** Name of the security provider that computes, and its version if it is not part of the runtime. */
    public abstract String provider();

    /**
     * The bare operation of a key. Call it once for each key, because preparing a cipher is expensive.
     *
     * @param mode {@link Cipher#ENCRYPT_MODE} or {@link Cipher#DECRYPT_MODE}
     */
    abstract RawRsa operation(int mode, Key key);

    /** Prepares a public key (RFC 8017 §8.2.2); keep the result with the key. */
    public final Verifier verifier(RSAPublicKey key) {
        int length = lengthOf(key);
        // RFC 8017 §9.2 step 3
        if (length < MIN_PADDING + 3 + DIGEST_INFO.length + SHA256_LENGTH) {
            return (digest, signature) -> false;
        }
        byte[] padding = padding(length);
        RawRsa operation = operation(Cipher.DECRYPT_MODE, key);
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
     * Whether the block consists of exactly this padding and this digest (RFC 8017 §8.2.2 step 4). The expected block is
     * compared and the received one is never parsed, so a forger can hide nothing in it. Nothing here is secret, so the
     * comparison need not take constant time.
     */
    private static boolean isPadded(byte[] digest, byte[] padding, byte[] block) {
        int at = padding.length;
        return Arrays.equals(block, 0, at, padding, 0, at)
                && Arrays.equals(block, at, block.length, digest, 0, digest.length);
    }

    /** Prepares a private key of at least 1024 bits (RFC 8017 §8.2.1); keep the result with the key. */
    public final Signer signer(RSAPrivateKey key) {
        int length = lengthOf(key);
        byte[] padding = padding(length);
        RawRsa operation = operation(Cipher.ENCRYPT_MODE, key);
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

    // RFC 8017 §9.2: 00 01 FF ... FF 00 DigestInfo, followed by the digest.
    private static byte[] padding(int length) {
        byte[] padding = new byte[length - SHA256_LENGTH];
        int infoAt = padding.length - DIGEST_INFO.length;
        padding[1] = 1;
        Arrays.fill(padding, 2, infoAt - 1, (byte) 0xFF);
        System.arraycopy(DIGEST_INFO, 0, padding, infoAt, DIGEST_INFO.length);
        return padding;
    }
}

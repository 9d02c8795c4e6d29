package org.countersign.keys;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.countersign.crypto.RsaEngine;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

/** Generates keys. */
public final class KeyPairs {
    // RFC 8410 §7: a PKCS#8 Ed25519 key up to its seed.
    private static final byte[] ED25519_PKCS8 = HexFormat.of().parseHex("302e020100300506032b657004220420");
    private static final int SEED_LENGTH = 32;

    private KeyPairs() {}

    /**
     * A new key.
     *
     * @param pem the private key as PKCS#8 PEM, which is secret; encrypted if a passphrase was given
     * @param key the same key, ready to sign
     */
    public record Generated(String pem, SigningKey key) {
        /** Algorithm and size, without the secret. */
        @Override
        public String toString() {
            return key.toString();
        }
    }

    /**
     * Generates a key.
     *
     * @param bits size of an RSA key, 1024 to 8192; 2048 is the usual one. Ignored for Ed25519
     * @throws IllegalArgumentException for another size, or for {@link SignatureAlgorithm#RSA_SHA1}
     */
    public static Generated generate(SignatureAlgorithm algorithm, int bits, SecureRandom random) {
        return generate(algorithm, bits, random, Optional.empty());
    }

    /**
     * Generates a key, encrypted if a passphrase is given: PBES2 with PBKDF2, HMAC-SHA-256 and AES-256-CBC.
     *
     * @throws IllegalArgumentException also for a passphrase that is not {@link Passphrase#isUsable usable}
     */
    public static Generated generate(
            SignatureAlgorithm algorithm, int bits, SecureRandom random, Optional<Passphrase> passphrase) {
        if (passphrase.isPresent() && !passphrase.get().isUsable()) {
            throw new IllegalArgumentException("the passphrase is empty or too long");
        }
        byte[] pkcs8 = switch (algorithm) {
            case RSA_SHA256 -> rsa(bits, random);
            case ED25519_SHA256 -> ed25519(random);
            case RSA_SHA1 -> throw new IllegalArgumentException("rsa-sha1 must not be used (RFC 8301 §3.1)");
        };
        String label = passphrase.isPresent() ? "ENCRYPTED PRIVATE KEY" : "PRIVATE KEY";
        byte[] content = passphrase
                .map(words -> KeyEncryption.encrypt(pkcs8, words, random))
                .orElse(pkcs8);
        String pem = "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                + "\n-----END " + label + "-----\n";
        return switch (SigningKey.parse(Octets.latin1(pem), passphrase, RsaEngine.jca())) {
            case Parsed.Value<SigningKey, String>(SigningKey key) -> new Generated(pem, key);
            case Parsed.Malformed<SigningKey, String>(String reason) ->
                throw new IllegalStateException("a new key is not usable: " + reason);
        };
    }

    private static byte[] rsa(int bits, SecureRandom random) {
        if (bits < VerificationKey.Rsa.MIN_BITS || bits > VerificationKey.Rsa.MAX_BITS) {
            throw new IllegalArgumentException("an RSA key has 1024 to 8192 bits, not " + bits);
        }
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", "SunRsaSign");
            generator.initialize(bits, random);
            return generator.generateKeyPair().getPrivate().getEncoded();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this Java runtime cannot generate RSA keys", missing);
        }
    }

    private static byte[] ed25519(SecureRandom random) {
        byte[] seed = new byte[SEED_LENGTH];
        random.nextBytes(seed);
        byte[] pkcs8 = new byte[ED25519_PKCS8.length + SEED_LENGTH];
        System.arraycopy(ED25519_PKCS8, 0, pkcs8, 0, ED25519_PKCS8.length);
        System.arraycopy(seed, 0, pkcs8, ED25519_PKCS8.length, SEED_LENGTH);
        return pkcs8;
    }
}

package org.countersign.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Who computes must not matter: the optional provider against the runtime's. */
class RsaProviderProperties {
    private static final ClassLoader CLASSES = RsaProviderProperties.class.getClassLoader();
    // Where it is not for this system there is nothing to compare, and nothing that could differ.
    private static final RsaProvider AMAZON = AmazonRsa.load(CLASSES).orElse(RsaProvider.RUNTIME);
    private static final Crypto RUNTIME_CRYPTO = new StandardCrypto(() -> RsaProvider.RUNTIME);
    private static final Crypto AMAZON_CRYPTO = new StandardCrypto(() -> AMAZON);
    private static final List<KeyPair> KEYS = List.of(keyPair(1024), keyPair(2048));

    private static KeyPair keyPair(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", "SunRsaSign");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static RSAPublicKey publicKey(int which) {
        return (RSAPublicKey) KEYS.get(which).getPublic();
    }

    private static byte[] sign(Crypto crypto, int which, byte[] digest) {
        return crypto.rsaSigner((RSAPrivateKey) KEYS.get(which).getPrivate()).sign(digest);
    }

    private static boolean verifies(Crypto crypto, RSAPublicKey key, byte[] digest, byte[] signature) {
        Crypto.Verifier verifier = crypto.rsaVerifier(key);
        boolean first = verifier.verifies(digest, signature);
        assertThat(verifier.verifies(digest, signature)).isEqualTo(first);
        return first;
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void theAmazonProviderLoadsOnTheSystemThatItIsPackedFor() {
        assertThat(AmazonRsa.load(CLASSES).map(RsaProvider::describe))
                .hasValueSatisfying(name -> assertThat(name).startsWith("AmazonCorrettoCryptoProvider 2."));
    }

    @Test
    void withoutItsJarTheRuntimeComputes() {
        assertThat(AmazonRsa.load(ClassLoader.getPlatformClassLoader())).isEmpty();
    }

    @Test
    void isNeverInstalled() {
        assertThat(CryptoProviders.describe())
                .startsWith("RSA by " + CryptoProviders.rsa().describe());
        assertThat(Arrays.stream(java.security.Security.getProviders()).map(java.security.Provider::getName))
                .doesNotContain("AmazonCorrettoCryptoProvider");
    }

    @Property(tries = 100)
    void bothMakeTheSameSignatureAndTakeIt(@ForAll @IntRange(max = 1) int key, @ForAll @Size(32) byte[] digest) {
        byte[] signature = sign(AMAZON_CRYPTO, key, digest);

        assertThat(sign(RUNTIME_CRYPTO, key, digest)).isEqualTo(signature);
        assertThat(verifies(AMAZON_CRYPTO, publicKey(key), digest, signature)).isTrue();
        assertThat(verifies(RUNTIME_CRYPTO, publicKey(key), digest, signature)).isTrue();
    }

    @Property(tries = 200)
    void bothRefuseADamagedSignature(
            @ForAll @IntRange(max = 1) int key,
            @ForAll @Size(32) byte[] digest,
            @ForAll @IntRange(max = 1023) int bit,
            @ForAll boolean ofTheDigest) {
        byte[] signature = sign(RUNTIME_CRYPTO, key, digest);
        byte[] damaged = ofTheDigest ? digest : signature;
        byte[] signed = digest.clone();
        damaged[bit / 8 % damaged.length] ^= (byte) (1 << bit % 8);

        assertThat(verifies(AMAZON_CRYPTO, publicKey(key), ofTheDigest ? digest : signed, signature))
                .isFalse();
        assertThat(verifies(RUNTIME_CRYPTO, publicKey(key), ofTheDigest ? digest : signed, signature))
                .isFalse();
    }

    @Property(tries = 200)
    void bothSayTheSameOfAnyOctets(
            @ForAll @IntRange(max = 1) int key, @ForAll @Size(max = 300) byte[] octets, @ForAll boolean asLongAsTheKey)
            throws GeneralSecurityException {
        byte[] block = asLongAsTheKey ? Arrays.copyOf(octets, key == 0 ? 128 : 256) : octets;

        assertThat(applied(AMAZON, publicKey(key), block))
                .isEqualTo(applied(RsaProvider.RUNTIME, publicKey(key), block));
    }

    @Test
    void bothSayTheSameOfNumbersThatAreNotBelowTheModulus() {
        for (int key = 0; key < KEYS.size(); key++) {
            BigInteger modulus = publicKey(key).getModulus();
            int length = modulus.bitLength() / 8;
            for (BigInteger number : List.of(
                    BigInteger.ZERO,
                    BigInteger.ONE,
                    modulus.subtract(BigInteger.ONE),
                    modulus,
                    modulus.add(BigInteger.ONE),
                    BigInteger.TWO.pow(8 * length).subtract(BigInteger.ONE))) {
                byte[] octets = number.toByteArray();
                byte[] block = new byte[length];
                int taken = Math.min(octets.length, length);
                System.arraycopy(octets, octets.length - taken, block, length - taken, taken);
                assertThat(applied(AMAZON, publicKey(key), block))
                        .isEqualTo(applied(RsaProvider.RUNTIME, publicKey(key), block));
            }
        }
    }

    @Property(tries = 100)
    void bothSayTheSameByAnyKeyThatARecordMayHold(
            @ForAll @Size(max = 8) byte[] exponent, @ForAll boolean even, @ForAll @Size(256) byte[] block)
            throws GeneralSecurityException {
        BigInteger modulus = publicKey(1).getModulus().subtract(even ? BigInteger.ONE : BigInteger.ZERO);
        BigInteger odd = new BigInteger(1, exponent).setBit(0).setBit(1);
        RSAPublicKey key = (RSAPublicKey)
                KeyFactory.getInstance("RSA", "SunRsaSign").generatePublic(new RSAPublicKeySpec(modulus, odd));

        assertThat(applied(AMAZON, key, block)).isEqualTo(applied(RsaProvider.RUNTIME, key, block));
    }

    /** The result in hexadecimal digits, or a word for none. */
    private static String applied(RsaProvider provider, RSAPublicKey key, byte[] block) {
        try {
            return new BigInteger(
                            1, provider.operation(Cipher.DECRYPT_MODE, key).apply(block))
                    .toString(16);
        } catch (GeneralSecurityException refused) {
            return "refused";
        }
    }
}

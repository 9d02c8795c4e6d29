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

/** The optional provider gives the same results as the Java runtime. */
class RsaEngineProperties {
    private static final ClassLoader CLASSES = RsaEngineProperties.class.getClassLoader();
    private static final RsaEngine RUNTIME = RsaEngine.jca();
    // The runtime again on systems that the provider was not built for.
    private static final RsaEngine AMAZON = RsaEngine.best();
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

    private static byte[] sign(RsaEngine rsa, int which, byte[] digest) {
        return rsa.signer((RSAPrivateKey) KEYS.get(which).getPrivate()).sign(digest);
    }

    private static boolean verifies(RsaEngine rsa, RSAPublicKey key, byte[] digest, byte[] signature) {
        RsaEngine.Verifier verifier = rsa.verifier(key);
        boolean first = verifier.verifies(digest, signature);
        assertThat(verifier.verifies(digest, signature)).isEqualTo(first);
        return first;
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void theAmazonProviderLoadsOnTheSystemThatItIsBuiltFor() {
        assertThat(AmazonRsa.load(CLASSES).map(RsaEngine::provider))
                .hasValueSatisfying(name -> assertThat(name).startsWith("AmazonCorrettoCryptoProvider 2."));
    }

    @Test
    void theRuntimeComputesWithoutTheJarOfTheProvider() {
        assertThat(AmazonRsa.load(ClassLoader.getPlatformClassLoader())).isEmpty();
    }

    @Test
    void theAmazonProviderIsNotInstalledInTheRuntime() {
        assertThat(RsaEngine.best().provider()).isEqualTo(AMAZON.provider());
        assertThat(Arrays.stream(java.security.Security.getProviders()).map(java.security.Provider::getName))
                .doesNotContain("AmazonCorrettoCryptoProvider");
    }

    @Property(tries = 100)
    void bothMakeTheSameSignatureAndAcceptIt(@ForAll @IntRange(max = 1) int key, @ForAll @Size(32) byte[] digest) {
        byte[] signature = sign(AMAZON, key, digest);

        assertThat(sign(RUNTIME, key, digest)).isEqualTo(signature);
        assertThat(verifies(AMAZON, publicKey(key), digest, signature)).isTrue();
        assertThat(verifies(RUNTIME, publicKey(key), digest, signature)).isTrue();
    }

    @Property(tries = 200)
    void bothRejectADamagedSignature(
            @ForAll @IntRange(max = 1) int key,
            @ForAll @Size(32) byte[] digest,
            @ForAll @IntRange(max = 1023) int bit,
            @ForAll boolean ofTheDigest) {
        byte[] signature = sign(RUNTIME, key, digest);
        byte[] damaged = ofTheDigest ? digest : signature;
        byte[] signed = digest.clone();
        damaged[bit / 8 % damaged.length] ^= (byte) (1 << bit % 8);

        assertThat(verifies(AMAZON, publicKey(key), ofTheDigest ? digest : signed, signature))
                .isFalse();
        assertThat(verifies(RUNTIME, publicKey(key), ofTheDigest ? digest : signed, signature))
                .isFalse();
    }

    @Property(tries = 200)
    void bothGiveTheSameResultForAnyOctets(
            @ForAll @IntRange(max = 1) int key, @ForAll @Size(max = 300) byte[] octets, @ForAll boolean asLongAsTheKey)
            throws GeneralSecurityException {
        byte[] block = asLongAsTheKey ? Arrays.copyOf(octets, key == 0 ? 128 : 256) : octets;

        assertThat(applied(AMAZON, publicKey(key), block)).isEqualTo(applied(RUNTIME, publicKey(key), block));
    }

    @Test
    void bothGiveTheSameResultForNumbersAroundTheModulus() {
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
                assertThat(applied(AMAZON, publicKey(key), block)).isEqualTo(applied(RUNTIME, publicKey(key), block));
            }
        }
    }

    @Property(tries = 100)
    void bothGiveTheSameResultForAnyKeyOfARecord(
            @ForAll @Size(max = 8) byte[] exponent, @ForAll boolean even, @ForAll @Size(256) byte[] block)
            throws GeneralSecurityException {
        BigInteger modulus = publicKey(1).getModulus().subtract(even ? BigInteger.ONE : BigInteger.ZERO);
        BigInteger odd = new BigInteger(1, exponent).setBit(0).setBit(1);
        RSAPublicKey key = (RSAPublicKey)
                KeyFactory.getInstance("RSA", "SunRsaSign").generatePublic(new RSAPublicKeySpec(modulus, odd));

        assertThat(applied(AMAZON, key, block)).isEqualTo(applied(RUNTIME, key, block));
    }

    /** The result in hexadecimal digits, or a word for none. */
    private static String applied(RsaEngine rsa, RSAPublicKey key, byte[] block) {
        try {
            return new BigInteger(1, rsa.operation(Cipher.DECRYPT_MODE, key).apply(block)).toString(16);
        } catch (GeneralSecurityException refused) {
            return "refused";
        }
    }
}

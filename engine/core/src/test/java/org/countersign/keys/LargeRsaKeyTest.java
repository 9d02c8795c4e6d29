package org.countersign.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.countersign.crypto.RsaEngine;
import org.countersign.dkim.DkimLimits;
import org.countersign.dkim.DkimResult;
import org.countersign.dkim.DkimRun;
import org.countersign.dns.StaticZone;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;
import org.countersign.testing.RsaDer;
import org.countersign.testing.SignatureDraft;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The longest key that is accepted. It has sixteen primes, because two of 4096 bits take too long to find. */
@DisplayName("RFC 8301 §3.2 the longest RSA key")
class LargeRsaKeyTest {
    private static final int BITS = 8192;
    private static final BigInteger EXPONENT = BigInteger.valueOf(65537);
    private static final String DIGEST_INFO = "003031300d060960864801650304020105000420";

    private final Random random = new Random(1);
    private BigInteger modulus = BigInteger.ONE;
    private final List<BigInteger> primes = new ArrayList<>();

    private void makeModulus() {
        for (int i = 0; i < 15; i++) {
            take(prime(BITS / 16));
        }
        BigInteger last = prime(BITS - modulus.bitLength());
        while (modulus.multiply(last).bitLength() != BITS) {
            last = prime(BITS - modulus.bitLength() + 1);
        }
        take(last);
    }

    private BigInteger prime(int bits) {
        BigInteger prime = BigInteger.probablePrime(bits, random);
        return prime.mod(EXPONENT).equals(BigInteger.ONE) ? prime(bits) : prime;
    }

    private void take(BigInteger prime) {
        modulus = modulus.multiply(prime);
        primes.add(prime);
    }

    /** RFC 8017 §5.2.1, modulo each prime separately. */
    private BigInteger root(BigInteger number) {
        BigInteger root = BigInteger.ZERO;
        for (BigInteger prime : primes) {
            BigInteger rest = modulus.divide(prime);
            BigInteger part = number.modPow(EXPONENT.modInverse(prime.subtract(BigInteger.ONE)), prime);
            root = root.add(part.multiply(rest).multiply(rest.modInverse(prime)));
        }
        return root.mod(modulus);
    }

    /** RFC 8017 §8.2.1. */
    private byte[] sign(byte[] digest) {
        byte[] info = HexFormat.of().parseHex(DIGEST_INFO + HexFormat.of().formatHex(digest));
        String padded =
                "01" + "ff".repeat(BITS / 8 - 2 - info.length) + HexFormat.of().formatHex(info);
        byte[] number = root(new BigInteger(padded, 16)).toByteArray();
        byte[] signature = new byte[BITS / 8];
        int taken = Math.min(number.length, signature.length);
        System.arraycopy(number, number.length - taken, signature, signature.length - taken, taken);
        return signature;
    }

    @Test
    void has8192BitsAndVerifies() {
        makeModulus();
        VerificationKey key = PublicKeyParser.rsa(modulus, EXPONENT, RsaEngine.jca())
                .toOptional()
                .orElseThrow();
        SigningKey signer = new SigningKey(SignatureAlgorithm.RSA_SHA256, key, Octets.EMPTY, this::sign);
        TestMessage signed = SignatureDraft.of(signer)
                .sign(TestMessage.parse("From: Alice <alice@example.org>\nSubject: Lunch\n\nAt noon?\n"), signer);
        StaticZone zone = StaticZone.builder()
                .txt("s1._domainkey.example.org", "v=DKIM1; p=" + RsaDer.bare(modulus, EXPONENT))
                .build();

        DkimLimits limits = new DkimLimits(8, Duration.ZERO, 1024, BITS);
        List<DkimResult> results = DkimRun.verify(signed, zone, limits, DkimRun.NOW);

        assertThat(results)
                .singleElement()
                .satisfies(result -> assertThat(result).as(result.explain()).isInstanceOf(DkimResult.Pass.class));
        assertThat(results.get(0).signature().keyBits()).hasValue(BITS);
        assertThat(DkimRun.verify(
                        signed.withFieldAt(2, signed.headers().fields().get(1)), zone, limits, DkimRun.NOW))
                .singleElement()
                .isInstanceOf(DkimResult.Fail.class);
        isNotComputedWithByDefault(signed, zone);
    }

    private static void isNotComputedWithByDefault(TestMessage signed, StaticZone zone) {
        assertThat(DkimRun.verify(signed, zone)).singleElement().satisfies(result -> {
            assertThat(result).isInstanceOf(DkimResult.Policy.class);
            assertThat(result.keyword()).isEqualTo("policy");
            assertThat(result.explain())
                    .isEqualTo("The signature of example.org (selector s1) was not evaluated, because the public key is"
                            + " longer than dkim.longest-rsa-key allows: b= has 1024 octets (RFC 8301 section 3.2).");
        });
    }

    @Test
    void hasNotASingleBitMore() {
        BigInteger longer = BigInteger.ONE.shiftLeft(BITS).setBit(0);

        assertThat(PublicKeyParser.rsa(longer, EXPONENT, RsaEngine.jca()))
                .isEqualTo(new Parsed.Malformed<>(
                        new SignatureFailure(SignatureProblem.KEY_TOO_LONG, BITS + 1 + " bits")));
    }
}

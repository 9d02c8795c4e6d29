package org.countersign.dkim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.dkim.SignedLunch.KEY;
import static org.countersign.dkim.SignedLunch.MESSAGE;
import static org.countersign.dkim.SignedLunch.ZONE;
import static org.countersign.dkim.SignedLunch.draft;
import static org.countersign.dkim.SignedLunch.problem;
import static org.countersign.dkim.Verification.NOW;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.countersign.crypto.RsaEngine;
import org.countersign.dns.StaticZone;
import org.countersign.keys.KeyOperations;
import org.countersign.keys.SignatureFailure;
import org.countersign.keys.SignatureProblem;
import org.countersign.keys.VerificationKey;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.Test;

/** How much arithmetic one message may ask for, whatever its signatures are and whether they verify. */
class KeyOperationsTest {
    private final Random random = new Random(1);

    private VerificationKey.Rsa rsa(int bits, long exponent) {
        BigInteger modulus = new BigInteger(bits, random).setBit(bits - 1).setBit(0);
        return (VerificationKey.Rsa) VerificationKey.rsa(modulus, BigInteger.valueOf(exponent), RsaEngine.jca())
                .toOptional()
                .orElseThrow();
    }

    private byte[] noise(VerificationKey key) {
        byte[] signature = new byte[key.signatureLength()];
        random.nextBytes(signature);
        signature[0] = 0;
        return signature;
    }

    @Test
    void anOperationCostsWhatItsKeyTakes() {
        assertThat(rsa(1024, 65537).cost()).isEqualTo(1);
        assertThat(rsa(2048, 65537).cost()).isEqualTo(4);
        assertThat(rsa(4096, 65537).cost()).isEqualTo(16);
        assertThat(rsa(8192, 65537).cost()).isEqualTo(64);
        assertThat(rsa(2048, (1L << 33) - 1).cost()).isEqualTo(12);
    }

    @Test
    void operationsThatFailCountUntilNothingIsLeft() {
        KeyOperations operations = new KeyOperations(4096);
        VerificationKey key = rsa(4096, (1L << 33) - 1);
        byte[] digest = new byte[32];
        int done = 0;
        Optional<SignatureFailure> failure = operations.check(key, digest, noise(key));
        while (failure.orElseThrow().problem() == SignatureProblem.SIGNATURE_MISMATCH) {
            done++;
            failure = operations.check(key, digest, noise(key));
        }

        assertThat(failure.orElseThrow().problem()).isEqualTo(SignatureProblem.TOO_MANY_KEY_OPERATIONS);
        assertThat(done).isEqualTo((KeyOperations.BUDGET - 24) / 48);
        assertThat(operations.spend(KeyOperations.BUDGET)).isFalse();
    }

    @Test
    void aSignatureOfAnotherLengthAndAKeyThatIsTooLongCostNothing() {
        KeyOperations operations = new KeyOperations(4096);
        for (int i = 0; i < 10_000; i++) {
            assertThat(operations.check(KEY.publicKey(), new byte[32], new byte[63]))
                    .map(SignatureFailure::problem)
                    .contains(SignatureProblem.SIGNATURE_MISMATCH);
        }
        VerificationKey tooLong = rsa(8192, 65537);
        assertThat(operations.check(tooLong, new byte[32], noise(tooLong)))
                .map(SignatureFailure::problem)
                .contains(SignatureProblem.KEY_ABOVE_LOCAL_MAXIMUM);
        assertThat(operations.spend(KeyOperations.BUDGET)).isTrue();
    }

    /** Fifty signatures, each with four records of other keys before it. */
    @Test
    void whatIsBeyondTheBudgetIsReportedAsNotEvaluated() {
        TestMessage message = MESSAGE;
        StaticZone.Builder zone = StaticZone.builder();
        for (int i = 0; i < 50; i++) {
            message = draft().with("s", "s" + i).sign(message, KEY);
            for (int record = 0; record < 4; record++) {
                zone.txt(
                        "s" + i + "._domainkey.example.org",
                        "v=DKIM1; k=ed25519; p=" + Octets.wrap(point()).latin1());
            }
        }
        List<DkimResult> results =
                Verification.verify(message, zone.build(), new DkimLimits(50, Duration.ZERO, 1024), NOW);

        assertThat(results).hasSize(50);
        assertThat(results.getFirst()).isInstanceOf(DkimResult.Fail.class);
        assertThat(results.getLast()).isInstanceOf(DkimResult.NotEvaluated.class);
        assertThat(results.getLast().keyword()).isEqualTo("neutral");
        assertThat(problem(results.getLast())).isEqualTo(SignatureProblem.TOO_MANY_KEY_OPERATIONS);
    }

    /** A public key in base64 that nobody has the other half of. */
    private byte[] point() {
        while (true) {
            byte[] octets = new byte[32];
            random.nextBytes(octets);
            if (VerificationKey.ed25519(Octets.wrap(octets)) instanceof Parsed.Value) {
                return java.util.Base64.getEncoder().encode(octets);
            }
        }
    }

    @Test
    void twentySignaturesOfOneKeyAreWithinTheBudget() {
        List<TestMessage> signed = new ArrayList<>(List.of(MESSAGE));
        for (int i = 0; i < 20; i++) {
            signed.add(draft().sign(signed.getLast(), KEY));
        }
        assertThat(Verification.verify(signed.getLast(), ZONE, new DkimLimits(20, Duration.ZERO, 1024), NOW))
                .hasSize(20)
                .allMatch(DkimResult.Pass.class::isInstance);
    }

    @Test
    void headerFieldsThatAreHashedManyTimesCountToo() {
        TestMessage message = MESSAGE.withFieldOnTop(HeaderField.of("X-Filler", " " + "x".repeat(900_000)));
        for (int i = 0; i < 20; i++) {
            message = draft().with("h", "from:x-filler").sign(message, KEY);
        }
        List<DkimResult> results = Verification.verify(message, ZONE, new DkimLimits(20, Duration.ZERO, 1024), NOW);

        long hashed = KeyOperations.BUDGET / (900_000 / 1024);
        assertThat(results.stream().filter(DkimResult.NotEvaluated.class::isInstance))
                .hasSizeGreaterThan(10);
        assertThat(results.stream().filter(DkimResult.Pass.class::isInstance)).hasSizeLessThanOrEqualTo((int) hashed);
    }

    @Test
    void ofManyRecordsUnderANameOnlyFourKeysAreRead() {
        StaticZone.Builder zone = StaticZone.builder();
        for (int i = 0; i < 4; i++) {
            zone.txt("s1._domainkey.example.org", "v=DKIM1; p=; n=" + i);
        }
        // Would verify, and is the fifth.
        zone.txt("s1._domainkey.example.org", SignedLunch.RECORD);
        List<DkimResult> results = Verification.verify(draft().sign(MESSAGE, KEY), zone.build());
        assertThat(results).singleElement().extracting(SignedLunch::problem).isEqualTo(SignatureProblem.KEY_REVOKED);
    }
}

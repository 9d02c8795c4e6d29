package org.countersign.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Optional;
import java.util.Random;
import org.countersign.crypto.RsaEngine;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.Test;

/** The budget of one message for public key operations. */
class KeyOperationsTest {
    private final Random random = new Random(1);

    private VerificationKey.Rsa rsa(int bits, long exponent) {
        BigInteger modulus = new BigInteger(bits, random).setBit(bits - 1).setBit(0);
        return (VerificationKey.Rsa) PublicKeyParser.rsa(modulus, BigInteger.valueOf(exponent), RsaEngine.jca())
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
    void theCostOfAnOperationDependsOnItsKey() {
        assertThat(rsa(1024, 65537).cost()).isEqualTo(1);
        assertThat(rsa(2048, 65537).cost()).isEqualTo(4);
        assertThat(rsa(4096, 65537).cost()).isEqualTo(16);
        assertThat(rsa(8192, 65537).cost()).isEqualTo(64);
        assertThat(rsa(2048, (1L << 33) - 1).cost()).isEqualTo(12);
    }

    @Test
    void failedOperationsCountUntilTheBudgetIsExhausted() {
        KeyOperations operations = new KeyOperations(4096);
        VerificationKey key = rsa(4096, (1L << 33) - 1);
        byte[] digest = new byte[32];
        int done = 0;
        Optional<SignatureFailure> failure = operations.verify(key, digest, noise(key));
        while (failure.orElseThrow().problem() == SignatureProblem.SIGNATURE_MISMATCH) {
            done++;
            failure = operations.verify(key, digest, noise(key));
        }

        assertThat(failure.orElseThrow().problem()).isEqualTo(SignatureProblem.TOO_MANY_KEY_OPERATIONS);
        assertThat(done).isEqualTo((KeyOperations.BUDGET - 24) / 48);
        assertThat(operations.trySpend(KeyOperations.BUDGET)).isFalse();
    }

    @Test
    void aSignatureOfTheWrongLengthOrByATooLongKeyCostsNothing() {
        KeyOperations operations = new KeyOperations(4096);
        for (int i = 0; i < 10_000; i++) {
            assertThat(operations.verify(TestKeys.ED25519.publicKey(), new byte[32], new byte[63]))
                    .map(SignatureFailure::problem)
                    .contains(SignatureProblem.SIGNATURE_MISMATCH);
        }
        VerificationKey tooLong = rsa(8192, 65537);
        assertThat(operations.verify(tooLong, new byte[32], noise(tooLong)))
                .map(SignatureFailure::problem)
                .contains(SignatureProblem.KEY_ABOVE_LOCAL_MAXIMUM);
        assertThat(operations.trySpend(KeyOperations.BUDGET)).isTrue();
    }
}

package org.countersign.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Test;

class ReusableCipherTest {
    private static final int LENGTH = 128;

    private final AtomicInteger created = new AtomicInteger();
    private final KeyPair pair = pair();
    private final RsaEngine.RawRsa operation = new ReusableCipher(() -> {
        created.incrementAndGet();
        Cipher cipher = Cipher.getInstance(RsaEngine.TRANSFORMATION, "SunJCE");
        cipher.init(Cipher.ENCRYPT_MODE, pair.getPublic());
        return cipher;
    });

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", "SunRsaSign");
            generator.initialize(8 * LENGTH);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static byte[] block(long seed) {
        byte[] block = new byte[LENGTH];
        new Random(seed).nextBytes(block);
        // Below the modulus.
        block[0] = 0;
        return block;
    }

    /** Computed without a cipher. */
    private byte[] expected(byte[] block) {
        RSAPublicKey key = (RSAPublicKey) pair.getPublic();
        byte[] power = new BigInteger(1, block)
                .modPow(key.getPublicExponent(), key.getModulus())
                .toByteArray();
        byte[] octets = new byte[LENGTH];
        int taken = Math.min(power.length, LENGTH);
        System.arraycopy(power, power.length - taken, octets, LENGTH - taken, taken);
        return octets;
    }

    @Test
    void oneThreadCreatesOneCipherAtItsFirstUse() throws Exception {
        assertThat(created).hasValue(0);
        for (int i = 0; i < 5; i++) {
            assertThat(operation.apply(block(i))).isEqualTo(expected(block(i)));
        }
        assertThat(created).hasValue(1);
    }

    @Test
    void aRejectedBlockDoesNotAffectTheNextOne() throws Exception {
        byte[] tooLarge = new byte[LENGTH];
        Arrays.fill(tooLarge, (byte) 0xFF);
        for (byte[] rejected : List.of(tooLarge, new byte[LENGTH + 1])) {
            assertThatThrownBy(() -> operation.apply(rejected)).isInstanceOf(GeneralSecurityException.class);
            assertThat(operation.apply(block(1))).isEqualTo(expected(block(1)));
        }
    }

    @Test
    void threadsWithTheSameKeyDoNotDisturbEachOther() throws Exception {
        int threads = 8;
        CyclicBarrier together = new CyclicBarrier(threads);
        List<Future<Boolean>> right = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            for (int i = 0; i < threads; i++) {
                byte[] block = block(i);
                byte[] expected = expected(block);
                right.add(executor.submit(() -> {
                    boolean all = true;
                    for (int turn = 0; turn < 50; turn++) {
                        together.await();
                        all &= Arrays.equals(operation.apply(block), expected);
                    }
                    return all;
                }));
            }
        }
        assertThat(right).allSatisfy(each -> assertThat(each.get()).isTrue());
    }
}

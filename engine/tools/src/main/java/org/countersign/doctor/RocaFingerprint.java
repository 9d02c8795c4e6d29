package org.countersign.doctor;

import java.math.BigInteger;

/**
 * Recognizes the RSA keys of CVE-2017-15361, whose primes were made from powers of 65537 so that the modulus can be
 * factored. Modulo each small prime the modulus of such a key is a power of 65537; of another key that is so for all
 * these primes with a probability below 2^-27.
 */
final class RocaFingerprint {
    private static final int GENERATOR = 65537;
    // Those of the published test whose powers of 65537 are few.
    private static final int[] PRIMES = {11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157};

    private RocaFingerprint() {}

    static boolean matches(BigInteger modulus) {
        for (int prime : PRIMES) {
            if (!isPower(modulus.mod(BigInteger.valueOf(prime)).intValue(), prime)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPower(int residue, int prime) {
        int power = 1;
        do {
            if (power == residue) {
                return true;
            }
            power = (int) ((long) power * GENERATOR % prime);
        } while (power != 1);
        return false;
    }
}

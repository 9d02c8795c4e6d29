package org.countersign.testing;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** Writes RSA public keys of any numbers, also those that no library would. */
public final class RsaDer {
    private static final byte[] RSA_ALGORITHM = {
        0x06, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
    };

    private RsaDer() {}

    /** A SubjectPublicKeyInfo in base64, with a modulus of this size that is no product of two primes. */
    public static String record(int bits, long exponent) {
        BigInteger modulus = BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
        byte[] key = key(modulus, BigInteger.valueOf(exponent));
        return base64(element(0x30, element(0x30, RSA_ALGORITHM), element(0x03, new byte[] {0}, key)));
    }

    /** An RSAPublicKey in base64, without the algorithm around it. */
    public static String bare(BigInteger modulus, BigInteger exponent) {
        return base64(key(modulus, exponent));
    }

    /** The key of this record as an RSAPublicKey in base64. */
    public static String bare(String record) {
        byte[] der = Base64.getDecoder().decode(record.substring(record.indexOf("p=") + 2));
        try {
            RSAPublicKey key = (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(der));
            return bare(key.getModulus(), key.getPublicExponent());
        } catch (GeneralSecurityException invalid) {
            throw new AssertionError(invalid);
        }
    }

    private static byte[] key(BigInteger modulus, BigInteger exponent) {
        return element(0x30, element(0x02, modulus.toByteArray()), element(0x02, exponent.toByteArray()));
    }

    private static String base64(byte[] der) {
        return Base64.getEncoder().encodeToString(der);
    }

    private static byte[] element(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        out.write(0x82);
        out.write(content.size() >> 8);
        out.write(content.size());
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }
}

package org.countersign.dkim;

import java.security.GeneralSecurityException;
import java.security.Key;
import javax.crypto.Cipher;

/** The bare RSA operation (RFC 8017 §5), without any padding. For any number of threads. */
interface RsaProvider {
    String TRANSFORMATION = "RSA/ECB/NoPadding";

    /** The runtime's own. By name: others may have been put before it. */
    RsaProvider RUNTIME = (mode, key, block) -> {
        Cipher cipher = Cipher.getInstance(TRANSFORMATION, "SunJCE");
        cipher.init(mode, key);
        return cipher.doFinal(block);
    };

    /**
     * Applies a key to a block.
     *
     * @param mode {@link Cipher#ENCRYPT_MODE} or {@link Cipher#DECRYPT_MODE}
     * @param block as long as the key's modulus
     * @throws GeneralSecurityException if the block is no number below the modulus
     */
    byte[] apply(int mode, Key key, byte[] block) throws GeneralSecurityException;

    /** The same key in the form that {@link #apply} is fastest with; to be asked once a key. */
    default Key prepare(Key key) {
        return key;
    }

    /** Who computes, for people. */
    default String describe() {
        return "SunJCE";
    }
}

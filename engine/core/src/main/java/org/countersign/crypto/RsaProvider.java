package org.countersign.crypto;

import java.security.Key;
import javax.crypto.Cipher;

/** Who computes RSA. For any number of threads. */
interface RsaProvider {
    String TRANSFORMATION = "RSA/ECB/NoPadding";

    /** The runtime's own. By name: others may have been put before it. */
    RsaProvider RUNTIME = (mode, key) -> new ReusableCipher(() -> {
        Cipher cipher = Cipher.getInstance(TRANSFORMATION, "SunJCE");
        cipher.init(mode, key);
        return cipher;
    });

    /**
     * What a key does; to be asked once a key, since it is what makes the next time fast.
     *
     * @param mode {@link Cipher#ENCRYPT_MODE} or {@link Cipher#DECRYPT_MODE}
     */
    RawRsa operation(int mode, Key key);

    /** Who computes, for people. */
    default String describe() {
        return "SunJCE";
    }
}

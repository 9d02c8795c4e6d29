package org.countersign.crypto;

import java.security.Key;
import javax.crypto.Cipher;

/** RSA of the Java runtime, requested by the provider's name because other providers may have been installed before it. */
final class JcaRsa extends RsaEngine {
    private static final String PROVIDER = "SunJCE";

    @Override
    RawRsa operation(int mode, Key key) {
        return new ReusableCipher(() -> {
            Cipher cipher = Cipher.getInstance(TRANSFORMATION, PROVIDER);
            cipher.init(mode, key);
            return cipher;
        });
    }

    @Override
    public String provider() {
        return PROVIDER;
    }
}

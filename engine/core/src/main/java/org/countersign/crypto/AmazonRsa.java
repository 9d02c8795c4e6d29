package org.countersign.crypto;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.util.Optional;
import javax.crypto.Cipher;

/**
 * RSA of the Amazon Corretto Crypto Provider, about twice as fast as that of the Java runtime. Keys that this
 * provider rejects, for example with exponents above 33 bits or even moduli, are handled by the runtime instead. So results
 * are the same with and without the provider.
 */
final class AmazonRsa extends RsaEngine {
    private static final String PROVIDER = "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";

    private final Provider provider;
    private final KeyFactory keys;
    private final RsaEngine runtime = RsaEngine.jca();

    private AmazonRsa(Provider provider) throws NoSuchAlgorithmException {
        this.provider = provider;
        this.keys = KeyFactory.getInstance("RSA", provider);
    }

    /**
     * Loads the provider, which takes a few hundred milliseconds, without installing it.
     *
     * @param classes where to look for it
     * @return empty if the provider is not there, or was not built for this system
     */
    static Optional<AmazonRsa> load(ClassLoader classes) {
        try {
            Class<?> type = Class.forName(PROVIDER, true, classes);
            Provider provider = (Provider) type.getField("INSTANCE").get(null);
            boolean failed = type.getMethod("getLoadingError").invoke(provider) != null;
            return failed ? Optional.empty() : Optional.of(new AmazonRsa(provider));
        } catch (ReflectiveOperationException | GeneralSecurityException | LinkageError absent) {
            return Optional.empty();
        }
    }

    @Override
    RawRsa operation(int mode, Key key) {
        RawRsa fallback = runtime.operation(mode, key);
        Key translated;
        try {
            // Once, because otherwise each cipher would translate the key again.
            translated = keys.translateKey(key);
        } catch (InvalidKeyException rejected) {
            return fallback;
        }
        RawRsa amazon = new ReusableCipher(() -> {
            Cipher cipher = Cipher.getInstance(TRANSFORMATION, provider);
            cipher.init(mode, translated);
            return cipher;
        });
        return block -> {
            try {
                return amazon.apply(block);
            } catch (GeneralSecurityException rejected) {
                return fallback.apply(block);
            }
        };
    }

    @Override
    public String provider() {
        return provider.getName() + " " + provider.getVersionStr();
    }
}

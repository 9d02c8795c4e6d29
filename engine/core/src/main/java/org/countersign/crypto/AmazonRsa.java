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
 * RSA from the Amazon Corretto Crypto Provider, about twice as fast as the runtime's own. What it refuses,
 * the runtime decides, so that no result depends on which of them is there: it takes no exponent of more
 * than 33 bits, for one, and no even modulus.
 */
final class AmazonRsa implements RsaProvider {
    private static final String PROVIDER = "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";

    private final Provider provider;
    private final KeyFactory keys;

    private AmazonRsa(Provider provider) throws NoSuchAlgorithmException {
        this.provider = provider;
        this.keys = KeyFactory.getInstance("RSA", provider);
    }

    /**
     * Loads the provider, which takes a few hundred milliseconds, and installs it nowhere.
     *
     * @param classes where to look for it
     * @return empty where it is not there, or not for this system
     */
    static Optional<RsaProvider> load(ClassLoader classes) {
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
    public RawRsa operation(int mode, Key key) {
        RawRsa runtime = RUNTIME.operation(mode, key);
        Key translated;
        try {
            // Else each cipher would translate it anew.
            translated = keys.translateKey(key);
        } catch (InvalidKeyException refused) {
            return runtime;
        }
        RawRsa amazon = new ReusableCipher(() -> {
            Cipher cipher = Cipher.getInstance(TRANSFORMATION, provider);
            cipher.init(mode, translated);
            return cipher;
        });
        return block -> {
            try {
                return amazon.apply(block);
            } catch (GeneralSecurityException refused) {
                return runtime.apply(block);
            }
        };
    }

    @Override
    public String describe() {
        return provider.getName() + " " + provider.getVersionStr();
    }
}

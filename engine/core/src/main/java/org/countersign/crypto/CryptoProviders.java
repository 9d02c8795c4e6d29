package org.countersign.crypto;

/**
 * Who does the arithmetic in this Java virtual machine. Chosen once, at the first RSA operation: the Amazon
 * Corretto Crypto Provider where it is on the class path and loads, which takes a few hundred milliseconds,
 * and what the runtime has otherwise. Results are the same with both. No provider is ever installed.
 */
public final class CryptoProviders {
    /** With the value {@code runtime}, this system property forgoes the faster provider, and its loading. */
    public static final String PROPERTY = "countersign.rsa";

    private static final RsaProvider RSA = "runtime".equals(System.getProperty(PROPERTY))
            ? RsaProvider.RUNTIME
            : AmazonRsa.load(CryptoProviders.class.getClassLoader()).orElse(RsaProvider.RUNTIME);

    private CryptoProviders() {}

    static RsaProvider rsa() {
        return RSA;
    }

    /** Half a line for the log: {@code RSA by SunJCE, Ed25519 by Bouncy Castle, SHA-256 by SUN}. */
    public static String describe() {
        return "RSA by " + RSA.describe() + ", Ed25519 by Bouncy Castle, SHA-256 by SUN";
    }
}

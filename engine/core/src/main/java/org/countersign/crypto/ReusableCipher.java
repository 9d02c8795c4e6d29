package org.countersign.crypto;

import java.security.GeneralSecurityException;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/**
 * Reuses one initialized {@link Cipher}, because {@code Cipher.getInstance} costs more than everything else except the
 * RSA operation itself. Each instance belongs to one key: some providers do not support initialization with another key
 * safely. Safe for any number of threads; a thread that finds the cipher in use creates its own.
 */
final class ReusableCipher implements RsaEngine.RawRsa {
    private final Factory factory;
    private final AtomicReference<@Nullable Cipher> idle = new AtomicReference<>();

    /** Creates a cipher that is initialized with its key. */
    interface Factory {
        Cipher create() throws GeneralSecurityException;
    }

    ReusableCipher(Factory factory) {
        this.factory = factory;
    }

    @Override
    public byte[] apply(byte[] block) throws GeneralSecurityException {
        Cipher reused = idle.getAndSet(null);
        Cipher cipher = reused == null ? factory.create() : reused;
        byte[] result = cipher.doFinal(block);
        // Not after an exception, which may leave octets in the cipher.
        idle.set(cipher);
        return result;
    }
}

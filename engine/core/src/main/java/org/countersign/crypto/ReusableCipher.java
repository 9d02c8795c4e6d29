package org.countersign.crypto;

import java.security.GeneralSecurityException;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a cipher for the next time: to find a new one takes longer than all else around a public key's arithmetic.
 * It stays with its key, since to give it another one is not safe with every provider. For any number of threads, of
 * which one at a time has the cipher that is kept, and the others find their own.
 */
final class ReusableCipher implements RawRsa {
    private final Source source;
    private final AtomicReference<@Nullable Cipher> idle = new AtomicReference<>();

    /** Finds a cipher that is ready for its key. */
    interface Source {
        Cipher find() throws GeneralSecurityException;
    }

    ReusableCipher(Source source) {
        this.source = source;
    }

    @Override
    public byte[] apply(byte[] block) throws GeneralSecurityException {
        Cipher kept = idle.getAndSet(null);
        Cipher cipher = kept == null ? source.find() : kept;
        byte[] result = cipher.doFinal(block);
        // Not after an exception, which may have left something behind in it.
        idle.set(cipher);
        return result;
    }
}

package org.countersign.crypto;

import java.security.GeneralSecurityException;

/** The bare RSA operation (RFC 8017 §5), without any padding, with one key. For any number of threads. */
interface RawRsa {
    /**
     * Applies the key to a block.
     *
     * @param block as long as the key's modulus
     * @throws GeneralSecurityException if the block is no number below the modulus
     */
    byte[] apply(byte[] block) throws GeneralSecurityException;
}

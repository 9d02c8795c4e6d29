/**
 * The three cryptographic primitives of DKIM and ARC: {@link org.countersign.crypto.Sha256},
 * {@link org.countersign.crypto.RsaEngine} and {@link org.countersign.crypto.Ed25519}. Each names its implementation, because
 * the security providers installed in the Java runtime may be slower or different.
 */
@NullMarked
package org.countersign.crypto;

import org.jspecify.annotations.NullMarked;

/**
 * ARC, the Authenticated Received Chain (RFC 8617). {@link org.countersign.arc.ArcVerifier} looks at a message while it
 * passes and says what became of its chain: {@link org.countersign.arc.ArcResult}.
 *
 * <p>A chain that passes proves who handled the message and what each of them said about it, not that any of it is
 * true: {@link org.countersign.arc.ArcChain#believable} needs to be told whom to trust.
 *
 * <p>{@link org.countersign.arc.ArcSealer} adds a set of our own.
 *
 * <p>Signatures, hashes and keys are DKIM's; only what ARC has for itself is here: which fields belong together, what
 * must stand in them, and what follows from which of them verify.
 */
@NullMarked
package org.countersign.arc;

import org.jspecify.annotations.NullMarked;

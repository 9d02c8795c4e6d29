/**
 * ARC, the Authenticated Received Chain (RFC 8617). To begin with: {@link org.countersign.arc.ArcVerifier} verifies the
 * chain of a message while it arrives, {@link org.countersign.arc.ArcResult} is the result, and
 * {@link org.countersign.arc.ArcSealer} adds a set.
 *
 * <p>A chain that passes proves which hosts handled the message and which results they reported, but not that the results
 * are true. {@link org.countersign.arc.ArcChain#trustedSets} needs to know which sealers are trusted.
 *
 * <p>ARC uses the signatures, hashes and keys of DKIM. This package has what is specific to ARC: the structure of the
 * chain, the requirements for its fields, and the result that follows from the signatures.
 */
@NullMarked
package org.countersign.arc;

import org.jspecify.annotations.NullMarked;

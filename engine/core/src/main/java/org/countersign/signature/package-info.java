/**
 * What the signatures of DKIM and ARC have in common. To begin with: {@link org.countersign.signature.SignatureTags}
 * parses a signature, {@link org.countersign.signature.SignatureVerifier} verifies it, and
 * {@link org.countersign.signature.SignatureBuilder} makes one.
 *
 * <p>A signature covers the digest of header fields, which {@link org.countersign.signature.HeaderIndex} selects, and the
 * hash of a body. This package does not depend on the name of the field that holds a signature, so DKIM2
 * can be built from the same parts.
 */
@NullMarked
package org.countersign.signature;

import org.jspecify.annotations.NullMarked;

/**
 * DKIM signing and verification (RFC 6376, updated by RFC 8301, RFC 8463 and RFC 8616). To begin with:
 * {@link org.countersign.dkim.DkimVerifier} verifies a message while it arrives and returns one
 * {@link org.countersign.dkim.DkimResult} for each signature; {@link org.countersign.dkim.DkimSigner} makes one
 * DKIM-Signature field for each identity.
 *
 * <p>This package has what is specific to DKIM-Signature. The parts that ARC has in common with it are below:
 * {@link org.countersign.signature.SignatureVerifier} for the checks of a signature,
 * {@link org.countersign.canonical.BodyHashes} for the body, and {@link org.countersign.keys.PublicKeyLookups} for the
 * keys.
 *
 * <p>The body is hashed once for all signatures, and only its last few kilobytes are kept. If a signature does not
 * verify, {@link org.countersign.keys.LikelyCause} names the changes that are proved to be the reason.
 */
@NullMarked
package org.countersign.dkim;

import org.jspecify.annotations.NullMarked;

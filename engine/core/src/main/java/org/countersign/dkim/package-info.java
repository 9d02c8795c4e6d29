/**
 * DKIM (RFC 6376 with 8301, 8463 and 8616), both ways. {@link org.countersign.dkim.DkimVerifier} looks at
 * a message while it passes and gives one {@link org.countersign.dkim.DkimResult} for each signature;
 * {@link org.countersign.dkim.DkimSigner} gives one DKIM-Signature field for each identity.
 *
 * <p>Below them are parts that know no field name, because ARC is built from the same ones:
 * {@link org.countersign.signature.SignatureTags} reads the tags of a signature,
 * {@link org.countersign.canonical.Canonicalization}, {@link org.countersign.canonical.HeaderHash} and
 * {@link org.countersign.canonical.BodyHashes} make what was signed into digests,
 * {@link org.countersign.keys.PublicKeyLookups} fetches keys while the body still arrives,
 * {@link org.countersign.signature.SignatureVerifier} puts digest, key and signature together.
 *
 * <p>No body is kept but for its last few kilobytes, and each is hashed once however many signatures there
 * are. Where a signature does not verify, {@link org.countersign.keys.LikelyCause} tells what happened to the
 * message if that can be proved.
 */
@NullMarked
package org.countersign.dkim;

import org.jspecify.annotations.NullMarked;

/**
 * Public and private keys, and why a signature fails. To begin with: {@link org.countersign.keys.PublicKeyRecord} is a
 * key in the DNS, {@link org.countersign.keys.PublicKeyLookups} looks up the records for one message, and
 * {@link org.countersign.keys.SigningKey} is a private key of the operator.
 *
 * <p>{@link org.countersign.keys.KeyOperations} limits the computation for one message.
 * {@link org.countersign.keys.SignatureProblem} has every reason why a signature of DKIM or ARC does not pass. This
 * package does not depend on the names of header fields.
 */
@NullMarked
package org.countersign.keys;

import org.jspecify.annotations.NullMarked;

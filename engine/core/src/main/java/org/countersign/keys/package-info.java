/**
 * Public key records as the DNS holds them, the operator's private keys, and the causes of a failed signature.
 */
@NullMarked
package org.countersign.keys;

import org.jspecify.annotations.NullMarked;

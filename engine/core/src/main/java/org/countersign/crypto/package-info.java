/**
 * The cryptographic operations of signatures: RSA on raw blocks by the fastest provider that loads, and Ed25519.
 */
@NullMarked
package org.countersign.crypto;

import org.jspecify.annotations.NullMarked;

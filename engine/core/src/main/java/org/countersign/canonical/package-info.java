/**
 * Canonicalization and hashing of header fields and bodies (RFC 6376 §3.4), in one pass over the body.
 */
@NullMarked
package org.countersign.canonical;

import org.jspecify.annotations.NullMarked;

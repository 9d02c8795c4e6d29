/**
 * Canonicalization and hashing of header fields and bodies (RFC 6376 §3.4, §3.7). Begin with
 * {@link org.countersign.canonical.BodyHashes}, whose comment explains the design, {@link org.countersign.canonical.HeaderHash}
 * and {@link org.countersign.canonical.Canonicalization}.
 */
@NullMarked
package org.countersign.canonical;

import org.jspecify.annotations.NullMarked;

/**
 * The common parts of all parsers. {@link org.countersign.syntax.Octets} holds bytes from the network,
 * {@link org.countersign.syntax.Ascii} the character classes of the standards. {@link org.countersign.syntax.TagList}
 * reads the {@code tag=value} lists of DKIM, ARC and DMARC, {@link org.countersign.syntax.Parsed} is the result of
 * parsing, and {@link org.countersign.syntax.Escapes} makes hostile text printable.
 *
 * <p>Every parser accepts any bytes: malformed text gives a value, never an exception.
 */
@NullMarked
package org.countersign.syntax;

import org.jspecify.annotations.NullMarked;

/**
 * The toolkit that every parser of the engine is made from: {@link org.countersign.syntax.Octets} for
 * bytes that came from outside, {@link org.countersign.syntax.Ascii} for the character classes of the
 * standards, {@link org.countersign.syntax.TagList} for the {@code tag=value} lists that DKIM, ARC and
 * DMARC share, {@link org.countersign.syntax.Escapes} for showing hostile text safely.
 *
 * <p>Everything here is total: any bytes give a value, never an exception.
 */
@NullMarked
package org.countersign.syntax;

import org.jspecify.annotations.NullMarked;

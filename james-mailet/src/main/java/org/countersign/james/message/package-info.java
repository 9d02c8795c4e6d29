/**
 * Messages as octets on their way out: {@link org.countersign.james.message.CrlfOutput} and
 * {@link org.countersign.james.message.MissingHeaders} write what James would write later,
 * {@link org.countersign.james.message.SevenBitEncoder} re-encodes what is 8-bit, part by part
 * ({@code MimeWalk}, {@code MimePart}).
 *
 * <p>Knows no mail API and nothing of James.
 */
@NullMarked
package org.countersign.james.message;

import org.jspecify.annotations.NullMarked;

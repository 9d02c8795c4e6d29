/**
 * Messages as octets. {@link org.countersign.james.message.HeaderEditor} copies a message with edits of its header
 * section. For outbound messages, {@link org.countersign.james.message.CrlfOutput} and
 * {@link org.countersign.james.message.MissingHeaders} make the changes that James would otherwise make after signing,
 * and {@link org.countersign.james.message.SevenBitEncoder} re-encodes the 8-bit parts ({@code MimeWalk},
 * {@code MimePart}).
 *
 * <p>Does not use the mail API or James.
 */
@NullMarked
package org.countersign.james.message;

import org.jspecify.annotations.NullMarked;

/**
 * Values of a message in transit that both the engine and the milter protocol library use. Begin with {@link
 * org.countersign.smtp.HeaderField}, one field with its octets as received, {@link org.countersign.smtp.HeaderEdit}, a
 * change to a header section, and {@link org.countersign.smtp.MemoryBudget}, the memory that all messages share.
 */
@NullMarked
package org.countersign.smtp;

import org.jspecify.annotations.NullMarked;

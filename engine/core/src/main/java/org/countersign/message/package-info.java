/**
 * A message as octets in transit: {@link org.countersign.smtp.HeaderField} and
 * {@link org.countersign.message.HeaderSection} keep exactly what was received,
 * {@link org.countersign.smtp.MessageSink} is what a message is poured into, piece by piece, so that
 * nobody ever holds a whole body, and {@link org.countersign.message.AuthorDomain} is what its From
 * field says.
 */
@NullMarked
package org.countersign.message;

import org.jspecify.annotations.NullMarked;

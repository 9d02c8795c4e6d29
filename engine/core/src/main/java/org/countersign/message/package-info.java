/**
 * A message in transit. {@link org.countersign.message.HeaderSection} has the header fields as received,
 * {@link org.countersign.message.AuthorDomain} is the domain of the From field, and
 * {@link org.countersign.message.MessageReader} reads a message from a stream. A body is processed in pieces, so that it is
 * never in memory as a whole.
 */
@NullMarked
package org.countersign.message;

import org.jspecify.annotations.NullMarked;

/**
 * Finds the client that sent a message to the first trusted relay. {@link org.countersign.james.relay.ReceivedChain}
 * follows the Received fields ({@link org.countersign.message.ReceivedField}) while they were written by trusted
 * servers ({@link org.countersign.james.relay.TrustedHops}).
 *
 * <p>Does not use the mail API or James.
 */
@NullMarked
package org.countersign.james.relay;

import org.jspecify.annotations.NullMarked;

/**
 * Who sent a message to the first of our own relays: {@link org.countersign.james.relay.ReceivedChain} goes down the
 * Received fields ({@link org.countersign.message.ReceivedField}) as long as servers wrote them that are to be
 * trusted ({@link org.countersign.james.relay.TrustedHops}), and no further.
 *
 * <p>Knows no mail API and nothing of James.
 */
@NullMarked
package org.countersign.james.relay;

import org.jspecify.annotations.NullMarked;

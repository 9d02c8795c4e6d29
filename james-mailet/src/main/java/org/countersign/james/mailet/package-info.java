/**
 * The mailets. {@link org.countersign.james.mailet.InboundMailet} checks inbound mail: the engine learns which client
 * sent the message to the first trusted relay ({@code RelayedMessage}).
 * {@link org.countersign.james.mailet.OutboundMailet} signs a message as James will send it ({@code MessageSigner},
 * {@code MessageRewriter}).
 */
@NullMarked
package org.countersign.james.mailet;

import org.jspecify.annotations.NullMarked;

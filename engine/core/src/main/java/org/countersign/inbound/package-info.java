/**
 * Judges mail from outside: SPF, DKIM, ARC and DMARC, the local policy, and the header fields that report the results.
 *
 * <p>Begin with {@link org.countersign.inbound.InboundMessage}, one message while it arrives. It uses the
 * {@link org.countersign.inbound.InboundChecks}, which are made from {@link org.countersign.inbound.InboundSettings}.
 */
@NullMarked
package org.countersign.inbound;

import org.jspecify.annotations.NullMarked;

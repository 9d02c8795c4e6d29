/**
 * Signs mail of local users with DKIM.
 *
 * <p>Begin with {@link org.countersign.outbound.OutboundMessage}, one message while it arrives. It uses the
 * {@link org.countersign.outbound.OutboundChecks}, which are made from {@link org.countersign.outbound.OutboundSettings}.
 */
@NullMarked
package org.countersign.outbound;

import org.jspecify.annotations.NullMarked;

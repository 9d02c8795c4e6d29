/**
 * Judges mail from outside: SPF, DKIM, ARC and DMARC, the local policy, and the header fields that report the results.
 *
 * <p>Begin with {@link org.countersign.inbound.InboundSettings}, what an operator can set.
 */
@NullMarked
package org.countersign.inbound;

import org.jspecify.annotations.NullMarked;

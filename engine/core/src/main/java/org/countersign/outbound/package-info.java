/**
 * Signs mail of local users with DKIM.
 *
 * <p>Begin with {@link org.countersign.outbound.OutboundSettings}, what an operator can set.
 */
@NullMarked
package org.countersign.outbound;

import org.jspecify.annotations.NullMarked;

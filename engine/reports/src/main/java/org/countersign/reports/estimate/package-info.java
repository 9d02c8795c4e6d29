/**
 * What DMARC reports would cost a system, estimated from its own log before they are switched on.
 */
@NullMarked
package org.countersign.reports.estimate;

import org.jspecify.annotations.NullMarked;

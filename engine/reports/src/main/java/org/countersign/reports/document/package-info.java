/**
 * DMARC aggregate reports as documents (RFC 9990). {@link org.countersign.reports.document.AggregateReportWriter} writes
 * them row by row, and what it writes is valid by the schema of RFC 9990, appendix A.
 * {@link org.countersign.reports.document.AggregateReportReader} reads what other systems write, by RFC 9990 or RFC 7489 or
 * neither. It names each deviation in a remark.
 *
 * <p>The values to write can only hold what the schema allows. The values that were read keep words that no schema has.
 */
@NullMarked
package org.countersign.reports.document;

import org.jspecify.annotations.NullMarked;

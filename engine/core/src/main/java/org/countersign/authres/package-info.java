/**
 * The Authentication-Results header field (RFC 8601). {@link org.countersign.authres.AuthenticationResults} is its content.
 * {@link org.countersign.authres.AuthenticationResultsWriter} writes a field, and
 * {@link org.countersign.authres.AuthenticationResultsParser} parses one. {@link org.countersign.authres.AuthservIds}
 * finds the fields of a message that pretend to come from the local ADMD.
 *
 * <p>The sender chose many of the reported values. Values cannot contain a line end, and the writer quotes them, so that a
 * sender cannot add a result, a comment or a field.
 *
 * <p>This package does not depend on a verifier: other packages convert the results of SPF, DKIM and DMARC.
 */
@NullMarked
package org.countersign.authres;

import org.jspecify.annotations.NullMarked;

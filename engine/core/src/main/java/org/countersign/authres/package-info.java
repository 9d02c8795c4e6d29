/**
 * The Authentication-Results header field (RFC 8601): {@link org.countersign.authres.AuthenticationResults}
 * is what it says, {@link org.countersign.authres.AuthenticationResultsWriter} puts that into a field,
 * {@link org.countersign.authres.AuthenticationResultsParser} reads one, and
 * {@link org.countersign.authres.AuthservIds} tells which fields of a message pretend to be ours.
 *
 * <p>Much of what is reported was chosen by the sender. The model admits no character that could end a line,
 * and the writer quotes the rest, so that nobody outside can add a result, a comment or a field.
 *
 * <p>Nothing here knows a verifier: what SPF or DKIM found is put into words elsewhere.
 */
@NullMarked
package org.countersign.authres;

import org.jspecify.annotations.NullMarked;

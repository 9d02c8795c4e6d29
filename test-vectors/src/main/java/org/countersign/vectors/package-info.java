/**
 * The conformance pack: cases that any verifier of SPF, DKIM and DMARC can be measured with, and the
 * readers that turn the files into values. {@link org.countersign.vectors.ConformancePack} holds whole
 * messages with the DNS they meet and the verdict they deserve;
 * {@link org.countersign.vectors.VectorFile} reads lists of cases for one mechanism.
 *
 * <p>The readers are strict ({@link org.countersign.vectors.CaseNode}): a key that nobody reads is an
 * error that names the file and the key, so that a misspelled expectation cannot pass unseen. The
 * package knows no verifier; keywords are those of RFC 8601 and can be compared as text.
 */
@NullMarked
package org.countersign.vectors;

import org.jspecify.annotations.NullMarked;

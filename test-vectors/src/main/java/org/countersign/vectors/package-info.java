/**
 * The conformance pack: test cases for any verifier of SPF, DKIM, ARC and DMARC, and readers of the files. {@link
 * org.countersign.vectors.ConformancePack} has whole messages with their DNS records and the expected verdicts. {@link
 * org.countersign.vectors.VectorFile} reads lists of cases for one mechanism.
 *
 * <p>The readers are strict ({@link org.countersign.vectors.CaseNode}): an unknown key is an error that names the file
 * and the key, so a misspelled expectation is found. The package uses no verifier. Keywords are those of RFC 8601 and
 * can be compared as text.
 */
@NullMarked
package org.countersign.vectors;

import org.jspecify.annotations.NullMarked;

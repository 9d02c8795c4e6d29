/**
 * SPF: whether a client may use a domain in HELO or MAIL FROM (RFC 7208, with RFC 8616 for mail that is not US-ASCII).
 *
 * <p>Begin with {@link org.countersign.spf.SpfVerifier}. It takes an {@link org.countersign.spf.SpfRequest} and the DNS
 * lookups of the message, and returns an {@link org.countersign.spf.SpfResult}. The result explains itself in one
 * sentence. It also has the evidence: the records read, how each one led to the next, and the lookups counted.
 *
 * <p>Inside, {@link org.countersign.spf.SpfEvaluation} is check_host(), and {@link org.countersign.spf.RecordCheck} has
 * one method for each mechanism. {@link org.countersign.spf.SpfRecord} parses and renders records without DNS, and
 * lists the syntax errors of a record. Macros are parsed with the record into {@link org.countersign.spf.MacroString},
 * and expanded during an evaluation.
 *
 * <p>{@link org.countersign.spf.SpfLimits} limits what a hostile record can cost. With the defaults one check makes at
 * most 123 DNS queries; for most records it makes one to five.
 */
@NullMarked
package org.countersign.spf;

import org.jspecify.annotations.NullMarked;

/**
 * SPF: may this client use this domain in HELO or MAIL FROM? (RFC 7208, with RFC 8616 for mail that is
 * not US-ASCII.)
 *
 * <p>{@link org.countersign.spf.SpfVerifier} takes an {@link org.countersign.spf.SpfRequest} and the
 * message's DNS and gives an {@link org.countersign.spf.SpfResult}, which says in one sentence how it
 * came about and holds the evidence: the records read, how one led to the next, what was counted.
 *
 * <p>{@link org.countersign.spf.SpfRecord} reads and writes records by itself, without DNS, and lists
 * everything that is wrong with one. Macros are read together with the record into
 * {@link org.countersign.spf.MacroString} and only filled in during an evaluation.
 *
 * <p>What a hostile record can cost is bounded by {@link org.countersign.spf.SpfLimits}: with the
 * defaults one check asks the DNS at most 123 questions, most records one to five.
 */
@NullMarked
package org.countersign.spf;

import org.jspecify.annotations.NullMarked;

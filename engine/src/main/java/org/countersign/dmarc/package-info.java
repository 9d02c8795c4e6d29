/**
 * DMARC as RFC 9989 defines it: what the owner of the author's domain asks for, and whether anything that
 * authenticated the message speaks for that domain.
 *
 * <p>{@link org.countersign.dmarc.DmarcEvaluator} takes an Author Domain and the domains that SPF and DKIM
 * authenticated, and answers with a {@link org.countersign.dmarc.DmarcResult} and the evidence for it.
 * {@link org.countersign.dmarc.TreeWalk} climbs the DNS from a name to find the records above it, and with
 * them its Organizational Domain; no Public Suffix List is used.
 * {@link org.countersign.dmarc.DmarcRecord} is one record as published.
 *
 * <p>This package knows neither SPF nor DKIM: it is told names, not signatures.
 */
@NullMarked
package org.countersign.dmarc;

import org.jspecify.annotations.NullMarked;

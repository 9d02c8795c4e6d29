/**
 * DMARC as RFC 9989 defines it: what the owner of the author's domain asks for, and whether anything that
 * authenticated the message speaks for that domain.
 *
 * <p>{@link org.countersign.dmarc.DmarcEvaluator} takes an Author Domain and the domains that SPF and DKIM
 * authenticated, and answers with a {@link org.countersign.dmarc.DmarcResult} and the evidence for it.
 * {@link org.countersign.dmarc.TreeWalk} climbs the DNS from a name to find the records above it, and with
 * them its Organizational Domain.
 * {@link org.countersign.dmarc.DmarcRecord} is one record as published.
 *
 * <p>By {@link org.countersign.dmarc.DiscoveryMode} messages are evaluated as RFC 7489 did, with a
 * {@link org.countersign.dmarc.PublicSuffixList}, or both ways, of which one decides and the other is on record as a
 * {@link org.countersign.dmarc.DmarcComparison}.
 *
 * <p>This package knows neither SPF nor DKIM: it is told names, not signatures.
 */
@NullMarked
package org.countersign.dmarc;

import org.jspecify.annotations.NullMarked;

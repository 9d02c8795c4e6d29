/**
 * DMARC (RFC 9989): the policy that the owner of the Author Domain publishes, and whether an authenticated identifier is
 * aligned with the Author Domain.
 *
 * <p>{@link org.countersign.dmarc.DmarcEvaluator} takes an Author Domain and the domains that SPF and DKIM authenticated.
 * It returns a {@link org.countersign.dmarc.DmarcResult} with its {@link org.countersign.dmarc.DmarcEvidence}.
 * {@link org.countersign.dmarc.TreeWalk} is the DNS Tree Walk, which finds records and Organizational Domains.
 * {@link org.countersign.dmarc.DmarcRecord} is one DMARC Policy Record.
 *
 * <p>A {@link org.countersign.dmarc.DiscoveryMode} can select RFC 7489 with a
 * {@link org.countersign.dmarc.PublicSuffixList}. It can also select both RFCs: one decides, and the result of the other
 * is recorded as a {@link org.countersign.dmarc.DmarcComparison}.
 *
 * <p>This package does not depend on SPF and DKIM. Its input is domain names, not signatures.
 */
@NullMarked
package org.countersign.dmarc;

import org.jspecify.annotations.NullMarked;

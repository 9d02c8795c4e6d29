package org.countersign.dmarc;

import java.util.List;
import org.countersign.dns.DnsLookups;
import org.countersign.domain.DomainName;

/**
 * Evaluates DMARC (RFC 9989 §5.3.3 to §5.3.6) for one Author Domain at a time. A message whose From field has
 * no single domain is outside of DMARC and needs a decision before this. Immutable.
 */
public final class DmarcEvaluator {
    private static final int DEFAULT_MOST_WALKS = 10;

    private final int mostWalks;

    public DmarcEvaluator() {
        this(DEFAULT_MOST_WALKS);
    }

    /**
     * @param mostWalks for how many distinct domains besides the Author Domain a tree walk is made, each of at
     *     most eight questions; it takes as many domains below the author's own organization to reach it
     * @throws IllegalArgumentException if it is negative
     */
    public DmarcEvaluator(int mostWalks) {
        if (mostWalks < 0) {
            throw new IllegalArgumentException("the number of walks must not be negative");
        }
        this.mostWalks = mostWalks;
    }

    /**
     * Walks from the Author Domain and evaluates.
     *
     * @param identifiers the domains for which SPF or DKIM passed, and no others
     * @param unresolved the domains whose SPF or DKIM check ended in a temporary error
     */
    public DmarcResult evaluate(
            DomainName authorDomain,
            List<AuthenticatedIdentifier> identifiers,
            List<UnresolvedIdentifier> unresolved,
            DnsLookups dns) {
        return evaluate(TreeWalk.walk(authorDomain, dns), identifiers, unresolved, dns);
    }

    /**
     * Evaluates with a walk that was made earlier.
     *
     * @param authorWalk the {@link TreeWalk#walk walk} that started at the Author Domain
     * @param identifiers the domains for which SPF or DKIM passed, and no others
     * @param unresolved the domains whose SPF or DKIM check ended in a temporary error
     */
    public DmarcResult evaluate(
            TreeWalk authorWalk,
            List<AuthenticatedIdentifier> identifiers,
            List<UnresolvedIdentifier> unresolved,
            DnsLookups dns) {
        return new DmarcEvaluation(authorWalk, dns, mostWalks).evaluate(identifiers, unresolved);
    }
}

package org.countersign.dmarc;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.countersign.dns.DnsLookups;
import org.countersign.domain.DomainName;

/**
 * Evaluates DMARC (RFC 9989 §5.3.3 to §5.3.6) for one Author Domain at a time, in the legacy modes as RFC 7489 had it. A message whose From field has
 * no single domain is outside of DMARC and needs a decision before this. Immutable.
 */
public final class DmarcEvaluator {
    private static final int DEFAULT_MOST_WALKS = 10;

    private final int mostWalks;
    private final DiscoveryMode mode;
    private final Optional<Legacy> legacy;

    /** What an evaluation by RFC 7489 needs. */
    private record Legacy(PublicSuffixList suffixes, RandomGenerator sampling) {}

    /** By RFC 9989 alone. */
    public DmarcEvaluator() {
        this(DEFAULT_MOST_WALKS);
    }

    /**
     * By RFC 9989 alone.
     *
     * @param mostWalks for how many distinct domains besides the Author Domain a tree walk is made, each of at
     *     most eight questions; it takes as many domains below the author's own organization to reach it
     * @throws IllegalArgumentException if it is negative
     */
    public DmarcEvaluator(int mostWalks) {
        this(mostWalks, DiscoveryMode.TREE_WALK, Optional.empty());
    }

    private DmarcEvaluator(int mostWalks, DiscoveryMode mode, Optional<Legacy> legacy) {
        if (mostWalks < 0) {
            throw new IllegalArgumentException("the number of walks must not be negative");
        }
        this.mostWalks = mostWalks;
        this.mode = mode;
        this.legacy = legacy;
    }

    /**
     * By RFC 9989, by RFC 7489, or by both of which one decides.
     *
     * @param suffixes by which RFC 7489 finds Organizational Domains
     * @param sampling draws the messages that {@code pct} spares (RFC 7489 §6.6.4), one number each; shared by threads
     */
    public static DmarcEvaluator of(DiscoveryMode mode, PublicSuffixList suffixes, RandomGenerator sampling) {
        return new DmarcEvaluator(DEFAULT_MOST_WALKS, mode, Optional.of(new Legacy(suffixes, sampling)));
    }

    /**
     * Asks what can be asked before anything is known of SPF and DKIM, for the method that decides.
     *
     * @param dns of one message, so that what is asked here is answered at once when the message is evaluated
     * @param executor runs a blocking lookup in parallel with the others
     * @return what to give to {@link #evaluate(TreeWalk, List, List, DnsLookups)}
     */
    public TreeWalk begin(DomainName authorDomain, DnsLookups dns, Executor executor) {
        return begin(mode.deciding(), authorDomain, dns, executor);
    }

    private TreeWalk begin(DiscoveryMethod method, DomainName authorDomain, DnsLookups dns, Executor executor) {
        return switch (method) {
            case TREE_WALK -> AuthorDiscovery.discover(authorDomain, dns, executor);
            case PUBLIC_SUFFIX_LIST ->
                LegacyEvaluation.ask(authorDomain, legacy.orElseThrow().suffixes(), dns);
        };
    }

    /**
     * Begins and evaluates.
     *
     * @param identifiers the domains for which SPF or DKIM passed, and no others
     * @param unresolved the domains whose SPF or DKIM check ended in a temporary error
     */
    public DmarcResult evaluate(
            DomainName authorDomain,
            List<AuthenticatedIdentifier> identifiers,
            List<UnresolvedIdentifier> unresolved,
            DnsLookups dns) {
        return evaluate(begin(authorDomain, dns, Runnable::run), identifiers, unresolved, dns);
    }

    /**
     * Evaluates what was begun earlier. The method that does not decide asks its questions last, so that it cannot
     * take them from the one that does.
     *
     * @param begun what {@link #begin} gave for the Author Domain
     * @param identifiers the domains for which SPF or DKIM passed, and no others
     * @param unresolved the domains whose SPF or DKIM check ended in a temporary error
     */
    public DmarcResult evaluate(
            TreeWalk begun,
            List<AuthenticatedIdentifier> identifiers,
            List<UnresolvedIdentifier> unresolved,
            DnsLookups dns) {
        DmarcResult deciding = evaluate(mode.deciding(), begun, identifiers, unresolved, dns);
        return mode.shadow()
                .map(method -> deciding.beside(evaluate(
                        method, begin(method, begun.start(), dns, Runnable::run), identifiers, unresolved, dns)))
                .orElse(deciding);
    }

    private DmarcResult evaluate(
            DiscoveryMethod method,
            TreeWalk begun,
            List<AuthenticatedIdentifier> identifiers,
            List<UnresolvedIdentifier> unresolved,
            DnsLookups dns) {
        return switch (method) {
            case TREE_WALK -> new DmarcEvaluation(begun, dns, mostWalks).evaluate(identifiers, unresolved);
            case PUBLIC_SUFFIX_LIST ->
                new LegacyEvaluation(
                                begun,
                                legacy.orElseThrow().suffixes(),
                                legacy.orElseThrow().sampling())
                        .evaluate(identifiers, unresolved);
        };
    }
}

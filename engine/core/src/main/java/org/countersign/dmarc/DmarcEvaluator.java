package org.countersign.dmarc;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.countersign.dns.DnsLookups;
import org.countersign.domain.DomainName;

/**
 * Evaluates DMARC for one Author Domain (RFC 9989 §5.3.2 to §5.3.6), or as RFC 7489 defined it. A message whose From field
 * does not have exactly one domain is outside DMARC and must be handled before. Immutable.
 */
public final class DmarcEvaluator {
    private static final int DEFAULT_MAX_WALKS = 10;

    private final int maxWalks;
    private final DiscoveryMode mode;
    private final Optional<Rfc7489Resources> rfc7489;

    private record Rfc7489Resources(PublicSuffixList suffixes, RandomGenerator sampling) {}

    /** Evaluates by RFC 9989 only. */
    public DmarcEvaluator() {
        this(DEFAULT_MAX_WALKS);
    }

    /**
     * Evaluates by RFC 9989 only.
     *
     * @param maxWalks the number of distinct domains besides the Author Domain that tree walks are made for, each of at
     *     most eight queries. Only domains below the author's Organizational Domain count
     * @throws IllegalArgumentException if it is negative
     */
    DmarcEvaluator(int maxWalks) {
        this(maxWalks, DiscoveryMode.TREE_WALK, Optional.empty());
    }

    private DmarcEvaluator(int maxWalks, DiscoveryMode mode, Optional<Rfc7489Resources> rfc7489) {
        if (maxWalks < 0) {
            throw new IllegalArgumentException("the number of walks must not be negative");
        }
        this.maxWalks = maxWalks;
        this.mode = mode;
        this.rfc7489 = rfc7489;
    }

    /**
     * Evaluates by RFC 9989, by RFC 7489, or by both, of which one decides.
     *
     * @param suffixes gives the Organizational Domains of RFC 7489
     * @param sampling selects the messages that {@code pct} exempts (RFC 7489 §6.6.4), one number each; shared by threads
     */
    public static DmarcEvaluator of(DiscoveryMode mode, PublicSuffixList suffixes, RandomGenerator sampling) {
        return new DmarcEvaluator(DEFAULT_MAX_WALKS, mode, Optional.of(new Rfc7489Resources(suffixes, sampling)));
    }

    /**
     * Makes the DNS queries for the Author Domain, by the method that decides. They need no result of SPF or DKIM.
     *
     * @param dns the lookups of one message, which give the same answer again when the message is evaluated
     * @param executor runs a blocking lookup in parallel with the others
     * @return the argument of {@link #evaluate(Discovery, List, DnsLookups)}
     */
    public Discovery discover(DomainName authorDomain, DnsLookups dns, Executor executor) {
        return finder(mode.deciding(), dns).discover(authorDomain, executor);
    }

    /**
     * Evaluates a message after {@link #discover}. The second method, if there is one, makes its queries last. So it
     * cannot use up the query limit of the method that decides.
     *
     * @param discovery the result of {@link #discover} for the Author Domain
     * @param identifiers the domains for which SPF or DKIM passed or ended in a temporary error, and no others
     */
    public DmarcResult evaluate(Discovery discovery, List<Identifier> identifiers, DnsLookups dns) {
        DmarcResult deciding = evaluate(mode.deciding(), discovery, identifiers, dns);
        return mode.second()
                .map(second -> deciding.withComparison(evaluate(
                        second,
                        finder(second, dns).discover(discovery.authorDomain(), Runnable::run),
                        identifiers,
                        dns)))
                .orElse(deciding);
    }

    /** Discovers and evaluates. */
    DmarcResult evaluate(DomainName authorDomain, List<Identifier> identifiers, DnsLookups dns) {
        return evaluate(discover(authorDomain, dns, Runnable::run), identifiers, dns);
    }

    private DmarcResult evaluate(
            DiscoveryMethod method, Discovery discovery, List<Identifier> identifiers, DnsLookups dns) {
        return new DmarcEvaluation(discovery, finder(method, dns), selection(method, dns)).evaluate(identifiers);
    }

    private OrganizationalDomainFinder finder(DiscoveryMethod method, DnsLookups dns) {
        return switch (method) {
            case TREE_WALK -> new TreeWalkFinder(dns, maxWalks);
            case PUBLIC_SUFFIX_LIST ->
                new PublicSuffixFinder(rfc7489.orElseThrow().suffixes(), dns);
        };
    }

    private PolicySelection selection(DiscoveryMethod method, DnsLookups dns) {
        return switch (method) {
            case TREE_WALK -> new Rfc9989Policy(dns);
            case PUBLIC_SUFFIX_LIST -> new Rfc7489Policy(rfc7489.orElseThrow().sampling());
        };
    }
}

package org.countersign.spf;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;

/**
 * What a result is based on.
 *
 * @param domain the domain checked; empty if the identity has none that could have a record
 * @param client the address checked; empty if the mail server does not know it. Then nothing was checked
 * @param chain the records that lead to the one that decided, in the order read. The first is the domain's own, and
 *     each one names the next. Includes that did not match are not part of it
 * @param dnsTerms how many terms that cause DNS lookups were evaluated, over all records
 * @param voidLookups how many of them were void lookups (RFC 7208 §4.6.4)
 * @param namesIgnored how many names of the client were ignored because of the limit; 0 if no term needed the names
 * @param nearMisses TXT records that were meant as SPF records but are none, of domains that have no SPF record
 * @param terms the terms in the order evaluated; none unless the caller asked for them
 * @param termsOmitted how many more terms were evaluated
 */
public record SpfEvidence(
        SpfIdentity identity,
        Optional<DomainName> domain,
        Optional<InetAddress> client,
        List<RecordStep> chain,
        int dnsTerms,
        int voidLookups,
        int namesIgnored,
        List<SpfNearMiss> nearMisses,
        List<EvaluatedTerm> terms,
        int termsOmitted) {
    public SpfEvidence {
        chain = List.copyOf(chain);
        nearMisses = List.copyOf(nearMisses);
        terms = List.copyOf(terms);
    }

    /** The evidence of a check that made no DNS query. */
    static SpfEvidence withoutLookups(SpfIdentity identity, Optional<DomainName> domain, Optional<InetAddress> client) {
        return new SpfEvidence(identity, domain, client, List.of(), 0, 0, 0, List.of(), List.of(), 0);
    }

    /** The record that decided, or in which the problem was found; empty if none was read. */
    public Optional<RecordStep> decidingRecord() {
        return chain.isEmpty() ? Optional.empty() : Optional.of(chain.getLast());
    }
}

package org.countersign.spf;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;

/**
 * What a result rests on, whichever it is.
 *
 * @param domain the domain checked; empty where the identity has none that could have a record
 * @param client the address that was checked; empty where the mail server does not know it, and nothing was checked
 * @param hops the records that lead to the one that decided, in the order read: the domain's own first,
 *     each further one named by the one before. Includes that did not match are not among them
 * @param dnsTerms how many terms that ask the DNS were evaluated, over all records
 * @param voidLookups how many of them the DNS had nothing for
 * @param namesIgnored how many names of the client in the DNS were beyond the limit and so not looked at, where
 *     they were asked for
 * @param nearMisses TXT records that were meant as SPF records but are none, of domains that have no SPF record
 */
public record SpfEvidence(
        SpfIdentity identity,
        Optional<DomainName> domain,
        Optional<InetAddress> client,
        List<RecordStep> hops,
        int dnsTerms,
        int voidLookups,
        int namesIgnored,
        List<SpfNearMiss> nearMisses) {
    public SpfEvidence {
        hops = List.copyOf(hops);
        nearMisses = List.copyOf(nearMisses);
    }

    /** Of a check that asked the DNS nothing. */
    static SpfEvidence ofNothingAsked(SpfIdentity identity, Optional<DomainName> domain, Optional<InetAddress> client) {
        return new SpfEvidence(identity, domain, client, List.of(), 0, 0, 0, List.of());
    }

    /** The record that decided, or in which the problem was met; empty where none was read. */
    public Optional<RecordStep> decidingRecord() {
        return hops.isEmpty() ? Optional.empty() : Optional.of(hops.get(hops.size() - 1));
    }
}

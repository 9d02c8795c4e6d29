package org.countersign.doctor;

import java.util.List;
import java.util.Optional;
import org.countersign.dmarc.Discovery;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.dns.authoritative.AuthoritativeAnswers;
import org.countersign.domain.DomainName;
import org.countersign.spf.SpfResult;

/**
 * What was found about one domain.
 *
 * @param spf the tree of its SPF record
 * @param senders what a check of each sending address gives, with the lookups on the way to it
 * @param walk the DNS Tree Walk of DMARC, with the record that applies
 * @param policies for the domain, for an existing name below it, and for one that does not exist; none without a record
 * @param older the same three for receivers that follow RFC 7489; none without a record
 * @param keys the selectors with a usable key, and what it is: {@code RSA, 2048 bits}
 * @param servers the answers of the authoritative servers
 * @param findings worst first, each with what corrects it alone
 * @param publish what corrects all findings together, one change for each name and type
 */
public record Examination(
        DomainName domain,
        SpfNode spf,
        List<SpfResult> senders,
        Discovery walk,
        List<DmarcPolicy> policies,
        List<DmarcPolicy> older,
        List<String> keys,
        List<AuthoritativeAnswers> servers,
        List<Finding> findings,
        List<DnsChange> publish) {
    public Examination {
        senders = List.copyOf(senders);
        policies = List.copyOf(policies);
        older = List.copyOf(older);
        keys = List.copyOf(keys);
        servers = List.copyOf(servers);
        findings = List.copyOf(findings);
        publish = List.copyOf(publish);
    }

    /** The worst severity of a finding. */
    public Optional<Severity> worst() {
        return findings.stream().map(Finding::severity).min(Severity::compareTo);
    }

    /** The same with other findings. */
    public Examination with(List<Finding> others) {
        return new Examination(domain, spf, senders, walk, policies, older, keys, servers, others, publish);
    }
}

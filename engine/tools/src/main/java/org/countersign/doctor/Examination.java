package org.countersign.doctor;

import java.util.List;
import java.util.Optional;
import org.countersign.dmarc.Discovery;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.dns.authoritative.AuthoritativeAnswers;
import org.countersign.domain.DomainName;

/**
 * What was found about one domain.
 *
 * @param spf the tree of its SPF record
 * @param walk the DNS Tree Walk of DMARC, with the record that applies
 * @param policies for the domain, for an existing name below it, and for one that does not exist; none without a record
 * @param keys the selectors with a usable key, and what it is: {@code RSA, 2048 bits}
 * @param servers the answers of the authoritative servers
 * @param findings worst first
 */
public record Examination(
        DomainName domain,
        SpfNode spf,
        Discovery walk,
        List<DmarcPolicy> policies,
        List<String> keys,
        List<AuthoritativeAnswers> servers,
        List<Finding> findings) {
    public Examination {
        policies = List.copyOf(policies);
        keys = List.copyOf(keys);
        servers = List.copyOf(servers);
        findings = List.copyOf(findings);
    }

    /** The worst severity of a finding. */
    public Optional<Severity> worst() {
        return findings.stream().map(Finding::severity).min(Severity::compareTo);
    }

    /** The same with other findings. */
    public Examination with(List<Finding> others) {
        return new Examination(domain, spf, walk, policies, keys, servers, others);
    }
}

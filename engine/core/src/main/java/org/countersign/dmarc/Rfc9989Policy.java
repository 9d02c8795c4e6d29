package org.countersign.dmarc;

import java.util.List;
import java.util.Optional;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;

/** Selects the policy from {@code p}, {@code sp}, {@code np} and {@code t} (RFC 9989 §4.7, §4.10.1). */
final class Rfc9989Policy implements PolicySelection {
    private final DnsLookups dns;

    Rfc9989Policy(DnsLookups dns) {
        this.dns = dns;
    }

    @Override
    public boolean hasValidPolicy(DmarcRecord record) {
        return record.policyTagsValid();
    }

    @Override
    public List<RequestedPolicy> select(PublishedPolicy published, DomainName author) {
        DmarcRecord record = published.record();
        if (!record.policyTagsValid()) {
            return List.of(SUBSTITUTE);
        }
        // The record of the Author Domain: the policy is taken from the p tag.
        RequestedPolicy policy = request(record, record.policy().orElse(DmarcPolicy.NONE), RequestedPolicy.Tag.P);
        if (published.source() == PublishedPolicy.Source.AUTHOR_DOMAIN) {
            return List.of(policy);
        }
        // The record of the Organizational Domain or PSD: sp if the Author Domain exists, np if it does not. In the
        // absence of these tags the p tag is used.
        RequestedPolicy existing = record.subdomainPolicy()
                .map(declared -> request(record, declared, RequestedPolicy.Tag.SP))
                .orElse(policy);
        if (!record.distinguishesNonexistent()) {
            return List.of(existing);
        }
        RequestedPolicy nonexistent = request(record, record.nonexistentPolicy().orElseThrow(), RequestedPolicy.Tag.NP);
        return exists(author)
                .map(exists -> List.of(exists ? existing : nonexistent))
                .orElseGet(() -> List.of(existing, nonexistent));
    }

    /** There is no sampling: {@code pct} was removed (RFC 9989 §A.6). */
    @Override
    public List<RequestedPolicy> sample(PublishedPolicy published, List<RequestedPolicy> selected) {
        return selected;
    }

    private static RequestedPolicy request(DmarcRecord record, DmarcPolicy declared, RequestedPolicy.Tag tag) {
        return RequestedPolicy.of(declared, tag, record.testing());
    }

    /** The query whose answer tells whether a domain exists: NXDOMAIN does not depend on the type (RFC 9989 §3.2.13). */
    static DnsQuery<DnsRecord.Address> existenceQuery(DomainName author) {
        return DnsQuery.a(author);
    }

    // RFC 9989 §3.2.13, §A.4: NXDOMAIN for the name itself. An alias exists, even if its target does not.
    private Optional<Boolean> exists(DomainName author) {
        DnsAnswer<DnsRecord.Address> answer = dns.lookup(existenceQuery(author));
        return switch (answer) {
            case DnsAnswer.Found<DnsRecord.Address> found -> Optional.of(true);
            case DnsAnswer.NoData<DnsRecord.Address> none -> Optional.of(true);
            case DnsAnswer.NoSuchName<DnsRecord.Address> none ->
                Optional.of(!none.metadata().aliases().isEmpty());
            case DnsAnswer.BadAnswer<DnsRecord.Address> bad -> Optional.empty();
            case DnsAnswer.Unavailable<DnsRecord.Address> none -> Optional.empty();
        };
    }
}

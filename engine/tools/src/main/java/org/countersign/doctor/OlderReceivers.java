package org.countersign.doctor;

import java.util.List;
import java.util.Optional;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.dmarc.DmarcRecord;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;
import org.countersign.syntax.TagList;

/**
 * What receivers do that follow RFC 7489: they ask at the domain, and then at the Organizational Domain by the Public Suffix
 * List (§6.6.3). They know neither {@code np=} nor {@code t=} nor {@code psd=}.
 */
final class OlderReceivers {
    private final DomainContext context;
    private final PublicSuffixList suffixes;

    OlderReceivers(DomainContext context, PublicSuffixList suffixes) {
        this.context = context;
        this.suffixes = suffixes;
    }

    /** The policy for the domain, for an existing name below it, and for one that does not exist; none without a record. */
    List<DmarcPolicy> policies() {
        DomainName domain = context.domain();
        DomainName organization = suffixes.organizationalDomain(domain);
        Optional<DmarcRecord> own = record(domain);
        Optional<DmarcRecord> above = organization.equals(domain) ? own : record(organization);
        Optional<DmarcPolicy> forDomain =
                own.isPresent() ? own.flatMap(OlderReceivers::policy) : above.flatMap(OlderReceivers::subdomainPolicy);
        if (forDomain.isEmpty()) {
            return List.of();
        }
        // Names below the domain have no record of their own, so that only that of the organization counts.
        DmarcPolicy below = above.flatMap(OlderReceivers::subdomainPolicy).orElse(DmarcPolicy.NONE);
        return List.of(forDomain.get(), below, below);
    }

    private Optional<DmarcRecord> record(DomainName name) {
        Optional<DomainName> owner = name.child("_dmarc");
        List<DnsRecord.Text> texts = owner.map(at -> context.dns().texts(at)).orElse(List.of()).stream()
                .filter(text -> DmarcRecord.parse(text.joined()).isPresent())
                .toList();
        return texts.size() == 1 ? DmarcRecord.parse(texts.getFirst().joined()) : Optional.empty();
    }

    /** RFC 7489 §6.6.3: a record without a usable policy is ignored, or is p=none if it asks for reports. */
    private static Optional<DmarcPolicy> policy(DmarcRecord record) {
        if (isUsable(record)) {
            return record.policy();
        }
        return record.aggregateReports().isEmpty() ? Optional.empty() : Optional.of(DmarcPolicy.NONE);
    }

    private static Optional<DmarcPolicy> subdomainPolicy(DmarcRecord record) {
        return isUsable(record) ? record.subdomainPolicy().or(record::policy) : policy(record);
    }

    /** Whether p= and sp= can be used; an np= of any value is an unknown tag. */
    private static boolean isUsable(DmarcRecord record) {
        return record.policy().isPresent()
                && (record.subdomainPolicy().isPresent()
                        || !TagList.parse(record.text()).has("sp"));
    }
}

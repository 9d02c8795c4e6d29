package org.countersign.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsQuery;
import org.countersign.domain.DomainName;

/** Examines whether the domain exists. If it does not, what is missing there follows from that, and is no finding. */
final class ExistenceCheck {
    private final DomainContext context;
    private final DomainName domain;

    ExistenceCheck(DomainContext context) {
        this.context = context;
        this.domain = context.domain();
    }

    /**
     * Whether the DNS says that the domain does not exist. Some servers deny a name although there are names below it
     * (RFC 8020 §2): then the domain exists.
     *
     * @param hasKeys whether a key was found below the domain
     */
    boolean isMissing(boolean hasKeys) {
        DomainDns dns = context.dns();
        return !hasKeys
                && dns.lookup(DnsQuery.txt(domain)) instanceof DnsAnswer.NoSuchName
                && dns.lookup(DnsQuery.mx(domain)) instanceof DnsAnswer.NoSuchName
                && dns.texts(context.below("_dmarc")).isEmpty();
    }

    /** The finding that the domain does not exist, and those that are true all the same. */
    List<Finding> withoutConsequences(List<Finding> findings) {
        List<Finding> left = new ArrayList<>();
        left.add(Finding.of(
                FindingId.DOMAIN_MISSING,
                domain,
                "",
                "The domain does not exist in the DNS (NXDOMAIN): check how it is spelled, whether its registration has"
                        + " expired, and whether the zone above it names its servers."));
        findings.stream().filter(finding -> !isConsequence(finding)).forEach(left::add);
        return left;
    }

    private boolean isConsequence(Finding finding) {
        return finding.id() != FindingId.DNS_UNAVAILABLE
                && (isWithin(finding.name())
                        || finding.changes().stream().map(DnsChange::name).anyMatch(this::isWithin));
    }

    private boolean isWithin(String name) {
        Optional<DomainName> parsed = DomainName.parseQueryName(name);
        return parsed.isPresent() && parsed.get().isWithin(domain);
    }
}

package org.countersign.dmarc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.countersign.dmarc.RecordQuery.Finding;
import org.countersign.dns.DnsLookups;
import org.countersign.domain.DomainName;

/**
 * Finds the record at the Author Domain or else at its Organizational Domain, which a Public Suffix List gives (RFC 7489
 * §3.2, §6.6.3).
 */
final class PublicSuffixFinder implements OrganizationalDomainFinder {
    private final PublicSuffixList suffixes;
    private final DnsLookups dns;

    PublicSuffixFinder(PublicSuffixList suffixes, DnsLookups dns) {
        this.suffixes = suffixes;
        this.dns = dns;
    }

    @Override
    public Discovery discover(DomainName author, Executor executor) {
        DomainName organization = suffixes.organizationalDomain(author);
        List<RecordQuery> queries = new ArrayList<>(2);
        RecordQuery last = RecordQuery.at(author, dns);
        queries.add(last);
        PublishedPolicy.Source source = PublishedPolicy.Source.AUTHOR_DOMAIN;
        // RFC 7489 §6.6.3 steps 3 and 5: only if there is no record. Several records end the search.
        if (last.finding() instanceof Finding.NoRecord && !organization.equals(author)) {
            last = RecordQuery.at(organization, dns);
            queries.add(last);
            source = PublishedPolicy.Source.ORGANIZATIONAL_DOMAIN;
        }
        Optional<PublishedPolicy> published = last.finding() instanceof Finding.Published(DmarcRecord record)
                ? Optional.of(new PublishedPolicy(last.name(), source, record))
                : Optional.empty();
        return new Discovery(DiscoveryMethod.PUBLIC_SUFFIX_LIST, author, queries, published, Optional.of(organization));
    }

    @Override
    public Optional<Organization> compareWithoutQuery(Discovery author, DomainName identifier) {
        return Optional.of(compare(author, identifier));
    }

    @Override
    public Organization compare(Discovery author, DomainName identifier) {
        Optional<DomainName> organization = Optional.of(suffixes.organizationalDomain(identifier));
        return new Organization(
                organization.equals(author.organizationalDomain())
                        ? Alignment.SAME_ORGANIZATION
                        : Alignment.OTHER_ORGANIZATION,
                organization);
    }

    @Override
    public List<TreeWalk> identifierWalks() {
        return List.of();
    }
}

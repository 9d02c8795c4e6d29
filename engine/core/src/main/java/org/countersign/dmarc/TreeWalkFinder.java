package org.countersign.dmarc;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.countersign.dns.DnsLookups;
import org.countersign.domain.DomainName;

/** Finds records and Organizational Domains by DNS Tree Walks (RFC 9989 §4.10). */
final class TreeWalkFinder implements OrganizationalDomainFinder {
    private final DnsLookups dns;
    private final int maxWalks;
    private final Map<DomainName, TreeWalk> walks = new LinkedHashMap<>();

    /**
     * Creates a finder for one message.
     *
     * @param maxWalks the number of identifiers that tree walks may be made for
     */
    TreeWalkFinder(DnsLookups dns, int maxWalks) {
        this.dns = dns;
        this.maxWalks = maxWalks;
    }

    @Override
    public Discovery discover(DomainName author, Executor executor) {
        TreeWalk walk = AuthorTreeWalk.walk(author, dns, executor);
        return new Discovery(
                DiscoveryMethod.TREE_WALK, author, walk.queries(), published(walk), walk.organizationalDomain());
    }

    // RFC 9989 §4.10.1. The first query and the walk from the parent are the same queries as one walk from the author.
    private static Optional<PublishedPolicy> published(TreeWalk walk) {
        // Highest preference: the record at the Author Domain.
        Optional<DmarcRecord> atAuthor = walk.queries().get(0).record();
        if (atAuthor.isPresent()) {
            return atAuthor.map(
                    record -> new PublishedPolicy(walk.start(), PublishedPolicy.Source.AUTHOR_DOMAIN, record));
        }
        // Any other record may be the wrong one if a lookup failed.
        if (!walk.failedNames().isEmpty()) {
            return Optional.empty();
        }
        // Next: the record at the Organizational Domain of the Author Domain.
        DomainName organization = walk.organizationalDomain(Map.of());
        Optional<DmarcRecord> atOrganization = walk.recordAt(organization);
        if (atOrganization.isPresent()) {
            return atOrganization.map(
                    record -> new PublishedPolicy(organization, PublishedPolicy.Source.ORGANIZATIONAL_DOMAIN, record));
        }
        // Last: the record at the PSD, which ended the walk. Without it there is no record at all, since otherwise
        // rule 3 of §4.10.2 would have selected an Organizational Domain that has one.
        RecordQuery last = walk.queries().get(walk.queries().size() - 1);
        return last.record()
                .map(record -> new PublishedPolicy(last.name(), PublishedPolicy.Source.PUBLIC_SUFFIX_DOMAIN, record));
    }

    @Override
    public Optional<Organization> compareWithoutQuery(Discovery author, DomainName identifier) {
        // An Organizational Domain is the name itself or a name above it. So an identifier outside the author's
        // Organizational Domain has another one, and so has an identifier in another top-level domain.
        DomainName shared = author.organizationalDomain()
                .orElseGet(() -> author.authorDomain().rightmost(1));
        return identifier.isWithin(shared)
                ? Optional.empty()
                : Optional.of(new Organization(Alignment.OTHER_ORGANIZATION, Optional.empty()));
    }

    @Override
    public Organization compare(Discovery author, DomainName identifier) {
        TreeWalk walk = walks.get(identifier);
        if (walk == null) {
            if (walks.size() >= maxWalks) {
                return new Organization(Alignment.TOO_MANY, Optional.empty());
            }
            // RFC 9989 §4.10.2: a walk of its own for each identifier. A record with psd=n or psd=y between two names
            // can give them different Organizational Domains.
            walk = TreeWalk.walk(identifier, dns);
            walks.put(identifier, walk);
        }
        TreeWalk authorWalk = new TreeWalk(author.authorDomain(), author.queries());
        Alignment alignment = switch (OrganizationComparison.compare(authorWalk, walk)) {
            case SAME -> Alignment.SAME_ORGANIZATION;
            case DIFFERENT -> Alignment.OTHER_ORGANIZATION;
            case UNDETERMINED -> Alignment.UNDECIDED;
        };
        return new Organization(alignment, walk.organizationalDomain());
    }

    @Override
    public List<TreeWalk> identifierWalks() {
        return List.copyOf(walks.values());
    }
}

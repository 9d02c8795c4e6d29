package org.countersign.dmarc;

import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;

/**
 * What an evaluation found, whatever came of it: enough for a report (RFC 9990) and for an explanation.
 *
 * @param authorDomain in A-labels
 * @param published the record that applies; empty where none does or the DNS did not say
 * @param organizationalDomain of the Author Domain; empty where the DNS did not say
 * @param requested what the owner asks for; empty where no record applies or its choice could not be made
 * @param identifiers every authenticated domain, in the order given
 * @param unresolved the domains whose check ended in a temporary error, so far as they mattered
 * @param walks every tree walk, that of the Author Domain first; by the Public Suffix List what was asked instead, at one
 *     name or two
 * @param method how records and Organizational Domains were found
 * @param shadow what the other method came to, where it was tried
 */
public record DmarcEvidence(
        DomainName authorDomain,
        Optional<PublishedPolicy> published,
        Optional<DomainName> organizationalDomain,
        Optional<RequestedPolicy> requested,
        List<IdentifierAlignment> identifiers,
        List<IdentifierAlignment> unresolved,
        List<TreeWalk> walks,
        DiscoveryMethod method,
        Optional<DmarcShadow> shadow) {

    public DmarcEvidence {
        identifiers = List.copyOf(identifiers);
        unresolved = List.copyOf(unresolved);
        walks = List.copyOf(walks);
    }

    /** What a tree walk found. */
    public DmarcEvidence(
            DomainName authorDomain,
            Optional<PublishedPolicy> published,
            Optional<DomainName> organizationalDomain,
            Optional<RequestedPolicy> requested,
            List<IdentifierAlignment> identifiers,
            List<IdentifierAlignment> unresolved,
            List<TreeWalk> walks) {
        this(
                authorDomain,
                published,
                organizationalDomain,
                requested,
                identifiers,
                unresolved,
                walks,
                DiscoveryMethod.TREE_WALK,
                Optional.empty());
    }

    DmarcEvidence withShadow(DmarcShadow other) {
        return new DmarcEvidence(
                authorDomain,
                published,
                organizationalDomain,
                requested,
                identifiers,
                unresolved,
                walks,
                method,
                Optional.of(other));
    }

    /** Whether this mechanism gave an aligned pass. */
    public boolean isAligned(Mechanism mechanism) {
        return identifiers.stream().anyMatch(each -> each.mechanism() == mechanism && each.isAligned());
    }

    /** The walk that began at the Author Domain. */
    public TreeWalk authorWalk() {
        return walks.get(0);
    }
}

package org.countersign.dmarc;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.countersign.domain.DomainName;

/**
 * What an evaluation found, whatever came of it: enough for a report (RFC 9990) and for an explanation.
 *
 * @param authorDomain in A-labels
 * @param published the record that applies; empty where none does or the DNS did not say
 * @param organizationalDomain of the Author Domain; empty where the DNS did not say
 * @param requested what the owner asks for; empty where no record applies, or where the DNS did not say which one does.
 *     Empty also where it is one of {@code candidates}
 * @param candidates the two policies of which one applies, where that depends on whether the Author Domain exists and
 *     the DNS did not say so; else empty
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
        List<RequestedPolicy> candidates,
        List<IdentifierAlignment> identifiers,
        List<IdentifierAlignment> unresolved,
        List<TreeWalk> walks,
        DiscoveryMethod method,
        Optional<DmarcComparison> shadow) {

    public DmarcEvidence {
        candidates = List.copyOf(candidates);
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
            List<RequestedPolicy> candidates,
            List<IdentifierAlignment> identifiers,
            List<IdentifierAlignment> unresolved,
            List<TreeWalk> walks) {
        this(
                authorDomain,
                published,
                organizationalDomain,
                requested,
                candidates,
                identifiers,
                unresolved,
                walks,
                DiscoveryMethod.TREE_WALK,
                Optional.empty());
    }

    DmarcEvidence withShadow(DmarcComparison other) {
        return new DmarcEvidence(
                authorDomain,
                published,
                organizationalDomain,
                requested,
                candidates,
                identifiers,
                unresolved,
                walks,
                method,
                Optional.of(other));
    }

    /** The policy to apply if the message fails, as far as it is known; all candidates may agree on it. */
    public Optional<DmarcPolicy> appliedPolicy() {
        return agreed(RequestedPolicy::applied);
    }

    /** The policy that the record declares, as far as it is known. */
    public Optional<DmarcPolicy> declaredPolicy() {
        return agreed(RequestedPolicy::declared);
    }

    private Optional<DmarcPolicy> agreed(Function<RequestedPolicy, DmarcPolicy> part) {
        if (requested.isPresent()) {
            return requested.map(part);
        }
        Set<DmarcPolicy> possible = candidates.stream().map(part).collect(Collectors.toSet());
        return possible.size() == 1 ? possible.stream().findFirst() : Optional.empty();
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

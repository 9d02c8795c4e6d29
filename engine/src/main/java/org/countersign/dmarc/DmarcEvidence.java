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
 * @param walks every tree walk, that of the Author Domain first
 */
public record DmarcEvidence(
        DomainName authorDomain,
        Optional<PublishedPolicy> published,
        Optional<DomainName> organizationalDomain,
        Optional<RequestedPolicy> requested,
        List<IdentifierAlignment> identifiers,
        List<IdentifierAlignment> unresolved,
        List<TreeWalk> walks) {

    public DmarcEvidence {
        identifiers = List.copyOf(identifiers);
        unresolved = List.copyOf(unresolved);
        walks = List.copyOf(walks);
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

package org.countersign.dmarc;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.countersign.domain.DomainName;

/**
 * The facts that a result is based on: enough for an aggregate report (RFC 9990) and for an explanation.
 *
 * @param discovery the record that applies and how it was found
 * @param possiblePolicies the policy that the Domain Owner requests. Empty if no usable record is known. Two candidates if
 *     it depends on whether the Author Domain exists and the lookup of that failed
 * @param alignments of the authenticated identifiers in the order given, then of the unresolved ones, if they mattered
 * @param identifierWalks the tree walks made to compare identifiers
 * @param comparison with the result of the second method, if there is one
 */
public record DmarcEvidence(
        Discovery discovery,
        List<RequestedPolicy> possiblePolicies,
        List<IdentifierAlignment> alignments,
        List<TreeWalk> identifierWalks,
        Optional<DmarcComparison> comparison) {

    public DmarcEvidence {
        possiblePolicies = List.copyOf(possiblePolicies);
        alignments = List.copyOf(alignments);
        identifierWalks = List.copyOf(identifierWalks);
    }

    DmarcEvidence withComparison(DmarcComparison second) {
        return new DmarcEvidence(discovery, possiblePolicies, alignments, identifierWalks, Optional.of(second));
    }

    /** The Author Domain in A-labels. */
    public DomainName authorDomain() {
        return discovery.authorDomain();
    }

    /** The record that applies; empty if there is none or its lookup failed. */
    public Optional<PublishedPolicy> published() {
        return discovery.published();
    }

    /** The requested policy; empty if there is none or it is one of the {@link #candidates}. */
    public Optional<RequestedPolicy> requested() {
        return possiblePolicies.size() == 1 ? Optional.of(possiblePolicies.get(0)) : Optional.empty();
    }

    /** The two policies of which one applies, if it is unknown which one; otherwise empty. */
    public List<RequestedPolicy> candidates() {
        return possiblePolicies.size() == 1 ? List.of() : possiblePolicies;
    }

    /** The authenticated identifiers, in the order given. */
    public List<IdentifierAlignment> authenticated() {
        return withStatus(Identifier.Status.AUTHENTICATED);
    }

    /** The identifiers whose check ended in a temporary error, if they mattered. */
    public List<IdentifierAlignment> unresolved() {
        return withStatus(Identifier.Status.UNRESOLVED);
    }

    private List<IdentifierAlignment> withStatus(Identifier.Status status) {
        List<IdentifierAlignment> found = new ArrayList<>();
        for (IdentifierAlignment each : alignments) {
            if (each.identifier().status() == status) {
                found.add(each);
            }
        }
        return Collections.unmodifiableList(found);
    }

    /** The policy to apply if the message fails; empty if unknown. Two candidates may agree on it. */
    public Optional<DmarcPolicy> appliedPolicy() {
        return agreed(RequestedPolicy::applied);
    }

    /** The policy that the record declares; empty if unknown. Two candidates may agree on it. */
    public Optional<DmarcPolicy> declaredPolicy() {
        return agreed(RequestedPolicy::declared);
    }

    private Optional<DmarcPolicy> agreed(Function<RequestedPolicy, DmarcPolicy> part) {
        Set<DmarcPolicy> possible = EnumSet.noneOf(DmarcPolicy.class);
        for (RequestedPolicy each : possiblePolicies) {
            possible.add(part.apply(each));
        }
        return possible.size() == 1 ? Optional.of(possible.iterator().next()) : Optional.empty();
    }

    /** Whether this mechanism gave an aligned pass. */
    public boolean isAligned(Mechanism mechanism) {
        for (IdentifierAlignment each : alignments) {
            if (each.mechanism() == mechanism
                    && each.identifier().status() == Identifier.Status.AUTHENTICATED
                    && each.isAligned()) {
                return true;
            }
        }
        return false;
    }
}

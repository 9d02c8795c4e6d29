package org.countersign.dmarc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.dmarc.Identifier.Status;

/**
 * The DMARC evaluation of one message after policy discovery (RFC 9989 §4.10, §5.3). The method that finds Organizational
 * Domains and the version of DMARC that selects the policy are parameters. So RFC 7489 runs through the same steps.
 */
final class DmarcEvaluation {
    private final Discovery discovery;
    private final OrganizationalDomainFinder finder;
    private final PolicySelection selection;

    DmarcEvaluation(Discovery discovery, OrganizationalDomainFinder finder, PolicySelection selection) {
        this.discovery = discovery;
        this.finder = finder;
        this.selection = selection;
    }

    DmarcResult evaluate(List<Identifier> identifiers) {
        // §4.10.1: if there is no DMARC Policy Record, the DMARC mechanism must not be applied. A DNS error is no such
        // indication (§5.3.6).
        Optional<PublishedPolicy> published = discovery.published();
        if (published.isEmpty()) {
            DmarcEvidence evidence = evidence(List.of(), List.of());
            return discovery.hasFailedQuery()
                    ? new DmarcResult.TempError(DmarcProblem.RECORD_LOOKUP_FAILED, evidence)
                    : new DmarcResult.None(DmarcProblem.NO_RECORD, evidence);
        }
        DmarcRecord record = published.get().record();

        // §4.10.1: a record with invalid policy tags counts as p=none if it has a valid rua tag. Otherwise no DMARC
        // processing is applied to the message.
        if (!selection.hasValidPolicy(record) && record.aggregateReports().isEmpty()) {
            return new DmarcResult.PermError(DmarcProblem.INVALID_RECORD, evidence(List.of(), List.of()));
        }

        // §4.10.1: the policy is taken from the p tag of the Author Domain's record, or from the sp, np or p tag of the
        // record of the Organizational Domain or PSD.
        List<RequestedPolicy> selected = selection.select(published.get(), discovery.authorDomain());

        // §4.10.2, §5.3.4: compare the Authenticated Identifiers with the Author Domain.
        AlignmentCheck check = new AlignmentCheck(finder, discovery, record);
        List<IdentifierAlignment> authenticated = check.check(identifiers, Status.AUTHENTICATED);

        // §5.3.5: one or more aligned Authenticated Identifiers are a pass.
        if (hasAligned(authenticated)) {
            return new DmarcResult.Pass(evidence(selected, authenticated));
        }

        // §5.3.6: a DNS error prevents both pass and fail, but only if another answer could have led to a pass.
        List<IdentifierAlignment> unresolved = check.check(identifiers, Status.UNRESOLVED);
        List<RequestedPolicy> requested = selection.sample(published.get(), selected);
        List<IdentifierAlignment> all = new ArrayList<>(authenticated);
        all.addAll(unresolved);
        DmarcEvidence evidence = evidence(requested, all);
        if (has(authenticated, Alignment.UNDECIDED)) {
            return new DmarcResult.TempError(DmarcProblem.ALIGNMENT_LOOKUP_FAILED, evidence);
        }
        if (hasAligned(unresolved) || has(unresolved, Alignment.UNDECIDED) || has(unresolved, Alignment.TOO_MANY)) {
            return new DmarcResult.TempError(DmarcProblem.IDENTIFIER_UNRESOLVED, evidence);
        }
        if (requested.size() > 1) {
            return new DmarcResult.TempError(DmarcProblem.EXISTENCE_LOOKUP_FAILED, evidence);
        }

        // §5.3.5: otherwise the message fails, and the requested policy applies (§5.3.6).
        DmarcProblem problem =
                authenticated.isEmpty() ? DmarcProblem.NOTHING_AUTHENTICATED : DmarcProblem.NOTHING_ALIGNED;
        return new DmarcResult.Fail(problem, requested.get(0), evidence);
    }

    private static boolean has(List<IdentifierAlignment> identifiers, Alignment alignment) {
        for (IdentifierAlignment each : identifiers) {
            if (each.alignment() == alignment) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasAligned(List<IdentifierAlignment> identifiers) {
        for (IdentifierAlignment each : identifiers) {
            if (each.isAligned()) {
                return true;
            }
        }
        return false;
    }

    private DmarcEvidence evidence(List<RequestedPolicy> requested, List<IdentifierAlignment> alignments) {
        return new DmarcEvidence(discovery, requested, alignments, finder.identifierWalks(), Optional.empty());
    }
}

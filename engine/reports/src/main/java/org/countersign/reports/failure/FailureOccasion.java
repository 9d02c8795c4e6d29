package org.countersign.reports.failure;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.dkim.DkimResult;
import org.countersign.dmarc.DmarcEvidence;
import org.countersign.dmarc.DmarcRecord;
import org.countersign.dmarc.DmarcResult;
import org.countersign.dmarc.FailureReporting;
import org.countersign.dmarc.Mechanism;
import org.countersign.dmarc.PublishedPolicy;
import org.countersign.domain.DomainName;
import org.countersign.domain.ReversePath;
import org.countersign.policy.MessageFacts;
import org.countersign.spf.SpfResult;

/**
 * What decides whether a message is a reason for a failure report.
 *
 * @param policyDomain the domain with the record
 * @param requested the tag {@code fo} of the record; empty without a usable {@code ruf}
 * @param publicSuffix whether the record has {@code psd=y}
 * @param dkimAligned whether DKIM gave an aligned pass
 * @param spfAligned whether SPF gave an aligned pass
 * @param signatureFailed whether a signature failed, aligned or not
 * @param spfFailed whether SPF failed, aligned or not
 * @param nullReversePath whether nobody can be told that it failed
 * @param report whether the message is a report itself
 */
record FailureOccasion(
        DomainName policyDomain,
        Set<FailureReporting> requested,
        boolean publicSuffix,
        boolean dkimAligned,
        boolean spfAligned,
        boolean signatureFailed,
        boolean spfFailed,
        boolean nullReversePath,
        boolean report) {

    FailureOccasion {
        requested = Set.copyOf(requested);
    }

    /**
     * What the facts of a message from outside say.
     *
     * @param reportAddresses the addresses that receive reports about our own domains, in lower case
     * @return empty if DMARC neither passed nor failed
     */
    static Optional<FailureOccasion> of(MessageFacts facts, Collection<String> reportAddresses) {
        return facts.dmarc()
                .filter(result -> result instanceof DmarcResult.Pass || result instanceof DmarcResult.Fail)
                .map(DmarcResult::evidence)
                .flatMap(evidence ->
                        evidence.published().map(published -> of(facts, evidence, published, reportAddresses)));
    }

    private static FailureOccasion of(
            MessageFacts facts, DmarcEvidence evidence, PublishedPolicy published, Collection<String> reportAddresses) {
        DmarcRecord record = published.record();
        return new FailureOccasion(
                published.policyDomain(),
                record.failureReports().isEmpty() ? Set.of() : record.failureReporting(),
                record.psd() == DmarcRecord.Psd.YES,
                evidence.isAligned(Mechanism.DKIM),
                evidence.isAligned(Mechanism.SPF),
                hasFailed(facts.signatures()),
                isFailed(facts.spf()),
                !(facts.envelope().mailFrom() instanceof ReversePath.Address),
                facts.report() || facts.envelope().isToAny(reportAddresses));
    }

    private static boolean hasFailed(List<DkimResult> signatures) {
        for (DkimResult signature : signatures) {
            if (isFailed(signature)) {
                return true;
            }
        }
        return false;
    }

    static boolean isFailed(DkimResult signature) {
        return signature instanceof DkimResult.Fail || signature instanceof DkimResult.PermError;
    }

    static boolean isFailed(SpfResult spf) {
        return spf.kind() == SpfResult.Kind.FAIL || spf.kind() == SpfResult.Kind.SOFTFAIL;
    }

    /**
     * Whether a report is to be made.
     *
     * @param domains the policy domains that reports are made for, each by its own name
     */
    boolean isReason(Set<DomainName> domains) {
        // RFC 9991 §2: never for a record with psd=y. A report about a report would be the beginning of a loop.
        if (publicSuffix || nullReversePath || report || !domains.contains(policyDomain)) {
            return false;
        }
        return requested.stream().anyMatch(this::applies);
    }

    // RFC 9989 §4.7
    private boolean applies(FailureReporting option) {
        return switch (option) {
            case ALL_FAILED -> !dkimAligned && !spfAligned;
            case ANY_FAILED -> !dkimAligned || !spfAligned;
            case SIGNATURE_FAILED -> signatureFailed;
            case SPF_FAILED -> spfFailed;
        };
    }
}

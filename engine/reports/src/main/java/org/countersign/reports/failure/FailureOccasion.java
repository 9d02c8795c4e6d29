package org.countersign.reports.failure;

import java.util.Set;
import org.countersign.dmarc.FailureReporting;
import org.countersign.domain.DomainName;

/**
 * What decides whether a message is a reason for a failure report.
 *
 * @param policyDomain the domain with the record
 * @param requested the tag {@code fo} of the record
 * @param publicSuffix whether the record has {@code psd=y}
 * @param dkimAligned whether DKIM gave an aligned pass
 * @param spfAligned whether SPF gave an aligned pass
 * @param signatureFailed whether a signature failed, aligned or not
 * @param spfFailed whether SPF failed, aligned or not
 * @param inbound whether the message came from outside
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
        boolean inbound,
        boolean nullReversePath,
        boolean report) {

    FailureOccasion {
        requested = Set.copyOf(requested);
    }

    /**
     * Whether a report is to be made.
     *
     * @param domains the policy domains that reports are made for, each by its own name
     */
    public boolean isReason(Set<DomainName> domains) {
        // RFC 9991 §2: never for a record with psd=y. A report about a report would be the beginning of a loop.
        if (publicSuffix || !inbound || nullReversePath || report || !domains.contains(policyDomain)) {
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

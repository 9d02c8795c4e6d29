package org.countersign.reports.document;

import java.util.Optional;
import org.countersign.dmarc.AlignmentMode;
import org.countersign.dmarc.DiscoveryMethod;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.DomainName;

/**
 * The policy that a report is about (RFC 9990 §3.1.1.5).
 *
 * @param domain the DMARC Policy Domain
 * @param discoveryMethod empty if not known
 * @param policy {@code p}; empty if the record or the report lacks it. {@code none} is written then
 * @param subdomainPolicy {@code sp}; empty if the record or the report lacks it
 * @param nonexistentPolicy {@code np}; empty if the record or the report lacks it
 * @param dkimAlignment {@code adkim}; empty if the report lacks it
 * @param spfAlignment {@code aspf}; empty if the report lacks it
 * @param failureReporting {@code fo} as in the record, at most 100 characters; may be empty
 * @param testing the tag {@code t}; empty if the report lacks it
 */
public record PolicyPublished(
        DomainName domain,
        Optional<DiscoveryMethod> discoveryMethod,
        Optional<DmarcPolicy> policy,
        Optional<DmarcPolicy> subdomainPolicy,
        Optional<DmarcPolicy> nonexistentPolicy,
        Optional<AlignmentMode> dkimAlignment,
        Optional<AlignmentMode> spfAlignment,
        String failureReporting,
        Optional<Boolean> testing) {

    public PolicyPublished {
        failureReporting = XmlText.cleaned(failureReporting, 100);
    }

    /** The word for an alignment mode in records and reports. */
    public static String keyword(AlignmentMode mode) {
        return switch (mode) {
            case RELAXED -> "r";
            case STRICT -> "s";
        };
    }
}

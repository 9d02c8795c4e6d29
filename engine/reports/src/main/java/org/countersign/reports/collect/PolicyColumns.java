package org.countersign.reports.collect;

import java.util.stream.Collectors;
import org.countersign.dmarc.DiscoveryMethod;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.dmarc.DmarcRecord;
import org.countersign.dmarc.DmarcRecord.Diagnostic;
import org.countersign.dmarc.FailureReporting;
import org.countersign.dmarc.Mechanism;
import org.countersign.dmarc.PublishedPolicy;
import org.countersign.reports.document.PolicyPublished;

/** Makes the columns of a policy from the record that was used. */
final class PolicyColumns {
    private static final int MAX_RECORD = 2048;
    private static final int MAX_REMARKS = 5;
    private static final int MAX_REMARK = 200;

    private PolicyColumns() {}

    static CollectedPolicy of(PublishedPolicy published, DiscoveryMethod method) {
        DmarcRecord record = published.record();
        // Without valid policy tags none of them may be used (RFC 9989 §4.10.1).
        boolean valid = record.policyTagsValid();
        return new CollectedPolicy(
                published.policyDomain().toString(),
                method.keyword(),
                ReportedText.line(record.text(), MAX_RECORD),
                record.policy().filter(policy -> valid).orElse(DmarcPolicy.NONE).keyword(),
                record.subdomainPolicy()
                        .filter(policy -> valid)
                        .map(DmarcPolicy::keyword)
                        .orElse(""),
                record.nonexistentPolicy()
                        .filter(policy -> valid)
                        .map(DmarcPolicy::keyword)
                        .orElse(""),
                PolicyPublished.keyword(record.alignment(Mechanism.DKIM)),
                PolicyPublished.keyword(record.alignment(Mechanism.SPF)),
                // Without ruf it has no effect.
                record.failureReports().isEmpty() ? "" : failureReporting(record),
                record.testing() ? "y" : "n",
                record.diagnostics().stream()
                        .filter(PolicyColumns::isWorthReporting)
                        .limit(MAX_REMARKS)
                        .map(diagnostic -> cut(diagnostic.describe()))
                        .collect(Collectors.joining("\n")));
    }

    private static String failureReporting(DmarcRecord record) {
        return record.failureReporting().stream()
                .sorted()
                .map(FailureReporting::letter)
                .map(String::valueOf)
                .collect(Collectors.joining(":"));
    }

    /** Errors, and not what is only old or unknown: else records that say the same were different policies. */
    private static boolean isWorthReporting(Diagnostic diagnostic) {
        return switch (diagnostic.warning()) {
            case SYNTAX, DUPLICATE_TAG, TOO_MANY_TAGS, INVALID_VALUE, MISSING_POLICY, INVALID_URI -> true;
            case UNKNOWN_TAG, REMOVED_TAG, OBSOLETE_SIZE, WITHOUT_EFFECT -> false;
        };
    }

    private static String cut(String text) {
        return text.substring(0, Math.min(text.length(), MAX_REMARK));
    }
}

package org.countersign.reports.collect;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.arc.ArcSet;
import org.countersign.dmarc.DmarcEvidence;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.dmarc.DmarcResult;
import org.countersign.dmarc.PublishedPolicy;
import org.countersign.dmarc.RequestedPolicy;
import org.countersign.domain.IpNetwork;
import org.countersign.policy.Decision;
import org.countersign.policy.IndirectEvidence;
import org.countersign.policy.Verdict;
import org.countersign.reports.document.Disposition;
import org.countersign.reports.document.OverrideReason;
import org.countersign.reports.document.PolicyOverrideType;

/**
 * What a report says of the action on a message (RFC 9990 §3.1.6, §8.3).
 *
 * @param disposition the action
 * @param reasons why it differs from the policy, with no text that a sender or the author of a rule wrote
 */
record ReportedDisposition(Disposition disposition, List<OverrideReason> reasons) {
    private static final int MAX_SETS = 5;

    ReportedDisposition {
        reasons = List.copyOf(reasons);
    }

    /**
     * @param published the policy of the Author Domain
     * @param client the address of the client
     */
    static ReportedDisposition of(
            DmarcResult result, PublishedPolicy published, Decision decision, InetAddress client) {
        return switch (result) {
            // Why this system refused a message that passed is its own business.
            case DmarcResult.Pass pass -> without(asksForAction(pass.evidence()) ? Disposition.PASS : Disposition.NONE);
            case DmarcResult.Fail fail -> failed(fail.policy(), published, decision, client);
            case DmarcResult.TempError error -> undecided("temperror");
            case DmarcResult.PermError error -> undecided("permerror");
            case DmarcResult.None none -> without(Disposition.NONE);
        };
    }

    private static ReportedDisposition without(Disposition disposition) {
        return new ReportedDisposition(disposition, List.of());
    }

    private static ReportedDisposition undecided(String comment) {
        return new ReportedDisposition(
                Disposition.NONE, List.of(new OverrideReason(PolicyOverrideType.OTHER, comment)));
    }

    private static boolean asksForAction(DmarcEvidence evidence) {
        for (RequestedPolicy policy : evidence.possiblePolicies()) {
            if (policy.applied() != DmarcPolicy.NONE) {
                return true;
            }
        }
        return false;
    }

    private static ReportedDisposition failed(
            RequestedPolicy policy, PublishedPolicy published, Decision decision, InetAddress client) {
        Disposition done = done(decision.verdict());
        List<OverrideReason> reasons = new ArrayList<>();
        if (policy.declared() != policy.applied()) {
            reasons.add(
                    published.record().testing()
                            ? new OverrideReason(PolicyOverrideType.POLICY_TEST_MODE, "")
                            : new OverrideReason(PolicyOverrideType.OTHER, "pct"));
        }
        // In monitor mode the rule did nothing.
        Optional<IndirectEvidence> indirect = decision.isSuppressedByMonitor() ? Optional.empty() : decision.indirect();
        if (indirect.isPresent()) {
            reasons.add(reason(indirect.get(), client));
        } else if (done != asked(policy.applied())) {
            reasons.add(new OverrideReason(PolicyOverrideType.LOCAL_POLICY, ""));
        }
        return new ReportedDisposition(done, reasons);
    }

    private static Disposition done(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Accept accept -> Disposition.NONE;
            case Verdict.Tag tag -> Disposition.NONE;
            case Verdict.Quarantine quarantine -> Disposition.QUARANTINE;
            // Nobody gets the message.
            case Verdict.Discard discard -> Disposition.REJECT;
            case Verdict.Reject reject -> Disposition.REJECT;
            case Verdict.TempFail tempFail -> Disposition.NONE;
        };
    }

    private static Disposition asked(DmarcPolicy policy) {
        return switch (policy) {
            case NONE -> Disposition.NONE;
            case QUARANTINE -> Disposition.QUARANTINE;
            case REJECT -> Disposition.REJECT;
        };
    }

    private static OverrideReason reason(IndirectEvidence evidence, InetAddress client) {
        return switch (evidence) {
            case IndirectEvidence.Sealer sealer ->
                new OverrideReason(PolicyOverrideType.LOCAL_POLICY, arc(sealer, client));
            case IndirectEvidence.Network network -> new OverrideReason(PolicyOverrideType.TRUSTED_FORWARDER, "");
            case IndirectEvidence.MailFrom mailFrom -> new OverrideReason(PolicyOverrideType.TRUSTED_FORWARDER, "");
            case IndirectEvidence.Signer signer -> new OverrideReason(PolicyOverrideType.TRUSTED_FORWARDER, "");
        };
    }

    /** RFC 8617 §7.2.2: the sealers, newest first, and the address that the newest one sent from. */
    private static String arc(IndirectEvidence.Sealer sealer, InetAddress client) {
        StringBuilder comment = new StringBuilder("arc=pass");
        List<ArcSet> sets = sealer.chain().sets();
        for (int i = sets.size() - 1; i >= Math.max(0, sets.size() - MAX_SETS); i--) {
            ArcSet set = sets.get(i);
            String name = " as[" + set.instance() + "].";
            comment.append(name).append("d=").append(set.sealer());
            comment.append(name).append("s=").append(ReportedText.word(set.selector()));
        }
        return comment.append(" remote-ip[")
                .append(sets.size())
                .append("]=")
                .append(IpNetwork.renderAddress(client))
                .toString();
    }
}

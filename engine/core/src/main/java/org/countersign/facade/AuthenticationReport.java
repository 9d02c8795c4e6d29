package org.countersign.facade;

import java.util.List;
import java.util.Optional;
import org.countersign.MessageOutcome;
import org.countersign.arc.ArcResult;
import org.countersign.dkim.DkimResult;
import org.countersign.dmarc.DmarcResult;
import org.countersign.policy.Decision;
import org.countersign.smtp.HeaderEdit;
import org.countersign.spf.SpfResult;

/**
 * The results of one message.
 *
 * @param outcome all results with their evidence, and the DNS queries
 */
public record AuthenticationReport(MessageOutcome.Judged outcome) {
    /** The result for MAIL FROM, or for HELO if the reverse-path is null (RFC 7208 §2.4). */
    public SpfResult spf() {
        return outcome.facts().spf();
    }

    /** The result of each DKIM signature, in header order. */
    public List<DkimResult> dkim() {
        return outcome.facts().signatures();
    }

    /** The result of the ARC chain. */
    public ArcResult arc() {
        return outcome.facts().arc();
    }

    /** The result of DMARC; empty if the message has no single Author Domain. */
    public Optional<DmarcResult> dmarc() {
        return outcome.facts().dmarc();
    }

    /** What the default rules do with the message, and why. */
    public Decision decision() {
        return outcome.decision();
    }

    /** The Authentication-Results field of the message (RFC 8601 §2.2), folded, without a final line end. */
    public String authenticationResults() {
        return outcome.edits().stream()
                .filter(HeaderEdit.Prepend.class::isInstance)
                .map(edit -> ((HeaderEdit.Prepend) edit).field())
                .filter(field -> field.is("Authentication-Results"))
                .map(field -> field.name() + ":" + field.value())
                .findFirst()
                .orElseThrow();
    }
}

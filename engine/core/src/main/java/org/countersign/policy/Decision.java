package org.countersign.policy;

import java.util.Optional;

/**
 * The decision about a message.
 *
 * @param verdict the verdict to carry out
 * @param ruled the verdict of the rules; differs from {@code verdict} only in {@link Mode#MONITOR}
 * @param rule the name of the rule that decided
 * @param reason sentences for the postmaster; untrusted text in them is escaped
 * @param changes of the header section, if the message is delivered
 * @param indirect the evidence of a relay that the rule asked for; empty if it did not ask, or there is none
 */
public record Decision(
        Verdict verdict,
        Verdict ruled,
        String rule,
        String reason,
        HeaderChanges changes,
        Optional<IndirectEvidence> indirect) {
    /** A decision that does not change the header section. */
    public Decision(Verdict verdict, Verdict ruled, String rule, String reason) {
        this(verdict, ruled, rule, reason, HeaderChanges.NONE, Optional.empty());
    }

    /** Accepts a message. */
    public static Decision accept(String rule, String reason) {
        return new Decision(new Verdict.Accept(), new Verdict.Accept(), rule, reason);
    }

    /** Whether {@link Mode#MONITOR} suppressed the verdict of the rules. */
    public boolean isSuppressedByMonitor() {
        return !verdict.equals(ruled);
    }
}

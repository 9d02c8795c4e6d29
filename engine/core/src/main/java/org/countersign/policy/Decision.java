package org.countersign.policy;

/**
 * The decision about a message.
 *
 * @param verdict the verdict to carry out
 * @param ruled the verdict of the rules; differs from {@code verdict} only in {@link Mode#MONITOR}
 * @param rule the name of the rule that decided
 * @param reason sentences for the postmaster; untrusted text in them is escaped
 * @param changes of the header section, if the message is delivered
 */
public record Decision(Verdict verdict, Verdict ruled, String rule, String reason, HeaderChanges changes) {
    /** A decision that does not change the header section. */
    public Decision(Verdict verdict, Verdict ruled, String rule, String reason) {
        this(verdict, ruled, rule, reason, HeaderChanges.NONE);
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

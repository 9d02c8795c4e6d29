package org.countersign.policy;

/**
 * What is done with a message and why.
 *
 * @param verdict what is to be done
 * @param judged what the rules said; differs from the verdict only in {@link Mode#MONITOR}
 * @param rule the name of the rule that decided
 * @param reason plain sentences for the postmaster; what came from outside is escaped in them
 * @param changes what the rule wants changed in the header section, if the message is delivered
 */
public record Decision(Verdict verdict, Verdict judged, String rule, String reason, HeaderChanges changes) {
    /** A decision that changes nothing in the header section. */
    public Decision(Verdict verdict, Verdict judged, String rule, String reason) {
        this(verdict, judged, rule, reason, HeaderChanges.NONE);
    }

    /** A message that no rule has anything against. */
    public static Decision accept(String rule, String reason) {
        return new Decision(new Verdict.Accept(), new Verdict.Accept(), rule, reason);
    }

    /** Whether the rules wanted something that the mode did not let happen. */
    public boolean held() {
        return !verdict.equals(judged);
    }
}

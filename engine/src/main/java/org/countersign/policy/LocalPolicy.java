package org.countersign.policy;

import org.countersign.dmarc.DmarcPolicy;
import org.countersign.dmarc.DmarcResult;
import org.countersign.domain.DomainName;
import org.countersign.message.AuthorDomain;

/**
 * The built-in rules, first match wins:
 *
 * <ol>
 *   <li>{@code oversized-header}: the header section is larger than what is looked at; refused, since what
 *       cannot be read whole cannot be judged.
 *   <li>{@code no-author}, {@code ambiguous-author}: the From field is missing, or programs may read it
 *       differently; refused, since such mail escapes DMARC (RFC 9989 §11.5).
 *   <li>{@code dmarc-reject}: DMARC failed and the policy to apply is reject. RFC 9989 §7.4 wants more than the
 *       published policy before a refusal; enforcing is the operator's word that it is wanted.
 *   <li>{@code dmarc-quarantine}: DMARC failed and the policy to apply is quarantine.
 *   <li>{@code dmarc-temperror}: DMARC could not be evaluated; accepted with that on record.
 *   <li>{@code default}: accepted. SPF or DKIM alone refuse nothing.
 * </ol>
 */
public final class LocalPolicy {
    private final Mode mode;

    public LocalPolicy(Mode mode) {
        this.mode = mode;
    }

    /** Decides; the same facts always give the same decision. */
    public Decision decide(PolicyFacts facts) {
        Decision judged = judge(facts);
        return switch (mode) {
            case ENFORCE -> judged;
            case MONITOR -> new Decision(new Verdict.Accept(), judged.judged(), judged.rule(), judged.reason());
        };
    }

    private static Decision judge(PolicyFacts facts) {
        if (facts.headerTooLarge()) {
            return refuse(
                    "oversized-header",
                    new SmtpReply(552, "5.3.4", "The header section of the message is too large"),
                    "The header section is larger than what is looked at.");
        }
        return switch (facts.author()) {
            case AuthorDomain.Missing missing ->
                refuse(
                        "no-author",
                        new SmtpReply(550, "5.7.1", "The message has no author in a From field"),
                        missing.explain());
            case AuthorDomain.Ambiguous ambiguous ->
                refuse(
                        "ambiguous-author",
                        new SmtpReply(
                                550,
                                "5.7.1",
                                "The author of the message is not clear: "
                                        + ambiguous.problem().describe()),
                        ambiguous.explain());
            case AuthorDomain.Single single ->
                facts.dmarc()
                        .map(dmarc -> judge(facts, dmarc, single.domain()))
                        .orElseGet(() -> Decision.accept("default", "DMARC was not evaluated."));
        };
    }

    private static Decision judge(PolicyFacts facts, DmarcResult dmarc, DomainName author) {
        return switch (dmarc) {
            case DmarcResult.Fail fail -> judgeFailure(facts, fail, author);
            case DmarcResult.TempError error -> Decision.accept("dmarc-temperror", error.explain());
            case DmarcResult.Pass pass -> Decision.accept("default", pass.explain());
            case DmarcResult.None none -> Decision.accept("default", none.explain());
            case DmarcResult.PermError error -> Decision.accept("default", error.explain());
        };
    }

    private static Decision judgeFailure(PolicyFacts facts, DmarcResult.Fail fail, DomainName author) {
        DmarcPolicy applied = fail.policy().applied();
        return switch (applied) {
            case NONE -> Decision.accept("default", fail.explain());
            case QUARANTINE ->
                new Decision(new Verdict.Quarantine(), new Verdict.Quarantine(), "dmarc-quarantine", fail.explain());
            // RFC 9989 §7.2: the word DMARC belongs in the text. RFC 7372 §3.3: 5.7.26, several checks failed.
            case REJECT ->
                refuse(
                        "dmarc-reject",
                        new SmtpReply(
                                550,
                                "5.7.26",
                                "Email rejected per DMARC policy for " + author + ": no aligned pass ("
                                        + facts.mechanisms() + ")"),
                        fail.explain());
        };
    }

    private static Decision refuse(String rule, SmtpReply reply, String reason) {
        Verdict verdict = new Verdict.Reject(reply);
        return new Decision(verdict, verdict, rule, reason);
    }
}

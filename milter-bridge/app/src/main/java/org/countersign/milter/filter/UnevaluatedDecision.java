package org.countersign.milter.filter;

import java.util.List;
import java.util.Optional;
import org.countersign.MemoryMeteredSession;
import org.countersign.MessageOutcome;
import org.countersign.policy.Decision;
import org.countersign.policy.SmtpReply;
import org.countersign.policy.Verdict;
import org.countersign.smtp.HeaderEdit;

/** Decides about messages that are not evaluated. */
final class UnevaluatedDecision {
    private static final SmtpReply ERROR_REPLY =
            new SmtpReply(451, "4.3.0", "The message could not be checked because of a local error, try again later");

    private UnevaluatedDecision() {}

    /**
     * The outcome of a message.
     *
     * @param exceeded why it is not evaluated; empty for an error of this program
     * @param removals its forged fields; empty if they are not known or cannot be removed, so that it must not be
     *     accepted
     */
    static MessageOutcome of(
            DefaultAction action, Optional<OverloadBound> exceeded, Optional<List<HeaderEdit.Remove>> removals) {
        String rule = exceeded.isPresent() ? "overloaded" : "internal-error";
        String reason = exceeded.map(OverloadBound::reason)
                .orElse("An error in this program ended the evaluation; event=internal-error has the details.");
        if (action == DefaultAction.ACCEPT && removals.isPresent()) {
            String setting = exceeded.isPresent() ? "on-overload" : "on-error";
            return new MessageOutcome.Unevaluated(
                    Decision.accept(rule, reason + " The message was accepted unchecked, as " + setting + " asks for."),
                    List.copyOf(removals.get()));
        }
        String exception = action == DefaultAction.ACCEPT
                ? " The message is not accepted unchecked, because it may have forged results that cannot be removed."
                : "";
        Verdict tempfail = new Verdict.TempFail(exceeded.isPresent() ? MemoryMeteredSession.REPLY : ERROR_REPLY);
        return new MessageOutcome.Unevaluated(new Decision(tempfail, tempfail, rule, reason + exception));
    }
}

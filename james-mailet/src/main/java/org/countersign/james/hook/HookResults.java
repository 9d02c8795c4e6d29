package org.countersign.james.hook;

import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookReturnCode;
import org.countersign.policy.SmtpReply;
import org.countersign.policy.Verdict;

/** Converts verdicts of the policy to James' hook results. */
final class HookResults {
    /** The reply after an internal error: the client keeps the message and tries again. */
    static final SmtpReply INTERNAL_ERROR =
            new SmtpReply(451, "4.3.0", "The message could not be checked, try again later");

    private HookResults() {}

    static HookResult of(Verdict verdict) {
        return switch (verdict) {
            // Declined, not ok: after ok James would not call its other hooks, including the one that queues the mail.
            case Verdict.Accept accept -> HookResult.DECLINED;
            case Verdict.Tag tag -> HookResult.DECLINED;
            case Verdict.Quarantine quarantine -> HookResult.DECLINED;
            // After ok James tells the client that the message is accepted, and does not call the hook that queues it.
            case Verdict.Discard discard -> HookResult.OK;
            case Verdict.Reject(SmtpReply reply) -> denial(HookReturnCode.deny(), reply);
            case Verdict.TempFail(SmtpReply reply) -> tempFail(reply);
        };
    }

    static HookResult tempFail(SmtpReply reply) {
        return denial(HookReturnCode.denySoft(), reply);
    }

    private static HookResult denial(HookReturnCode code, SmtpReply reply) {
        return HookResult.builder()
                .hookReturnCode(code)
                .smtpReturnCode(Integer.toString(reply.code()))
                .smtpDescription(reply.enhancedCode() + " " + reply.text())
                .build();
    }
}

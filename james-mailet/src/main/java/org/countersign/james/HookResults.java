package org.countersign.james;

import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookReturnCode;
import org.countersign.policy.SmtpReply;
import org.countersign.policy.Verdict;

/** Verdicts in James' terms. */
final class HookResults {
    /** What is said when it is our fault: the client keeps the message and tries again. */
    static final SmtpReply OUR_FAULT = new SmtpReply(451, "4.3.0", "The message could not be checked, try again later");

    private HookResults() {}

    static HookResult of(Verdict verdict) {
        return switch (verdict) {
            // Declined, not ok: ok would keep James from asking its other hooks, the one that delivers among them.
            case Verdict.Accept accept -> HookResult.DECLINED;
            case Verdict.Tag tag -> HookResult.DECLINED;
            case Verdict.Quarantine quarantine -> HookResult.DECLINED;
            // The very effect of ok is wanted here: the client is told yes, and no hook that delivers is asked.
            case Verdict.Discard discard -> HookResult.OK;
            case Verdict.Reject(SmtpReply reply) -> refusal(HookReturnCode.deny(), reply);
            case Verdict.TempFail(SmtpReply reply) -> later(reply);
        };
    }

    static HookResult later(SmtpReply reply) {
        return refusal(HookReturnCode.denySoft(), reply);
    }

    private static HookResult refusal(HookReturnCode code, SmtpReply reply) {
        return HookResult.builder()
                .hookReturnCode(code)
                .smtpReturnCode(Integer.toString(reply.code()))
                .smtpDescription(reply.enhancedCode() + " " + reply.text())
                .build();
    }
}

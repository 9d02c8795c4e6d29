package org.countersign.inbound;

import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.policy.Decision;
import org.countersign.policy.LocalPolicy;
import org.countersign.policy.MessageFacts;
import org.countersign.policy.ResultKeyword;
import org.countersign.policy.RuleContext;

/** A decision of the local policy and the facts on which it was made. */
record PolicyDecision(MessageFacts facts, Decision decision) {

    /**
     * Decides about a message, and records for its Author Domain whether DMARC could be evaluated. If temporary errors of
     * the domain have lasted too long, the message is not deferred again: the policy decides once more with the fact
     * that they are persistent.
     */
    static PolicyDecision of(MessageFacts facts, InboundChecks checks) {
        LocalPolicy policy = checks.policy();
        RuleContext context = RuleContext.of(facts);
        Decision decision = policy.decide(context);
        Optional<DomainName> author = context.authorDomain();
        if (author.isEmpty()) {
            return new PolicyDecision(facts, decision);
        }
        if (!context.undecided()) {
            recordResult(author.get(), context, facts, checks.temperrors());
        } else if (LocalPolicy.defers(decision) && isPersistent(author.get(), context, facts, checks)) {
            MessageFacts persistent = facts.withPersistentTemperror();
            return new PolicyDecision(persistent, policy.decide(persistent));
        }
        return new PolicyDecision(facts, decision);
    }

    private static void recordResult(
            DomainName author, RuleContext context, MessageFacts facts, TemperrorTable temperrors) {
        if (context.dmarc().result() == ResultKeyword.PASS) {
            temperrors.passed(author);
        } else {
            temperrors.evaluated(author, facts.connection().client());
        }
    }

    private static boolean isPersistent(
            DomainName author, RuleContext context, MessageFacts facts, InboundChecks checks) {
        return checks.temperrors()
                .temperror(
                        author,
                        facts.connection().client(),
                        context.dmarc().applied(),
                        checks.settings().dmarc().deferFor());
    }
}

package org.countersign.explain;

import org.countersign.MessageOutcome;
import org.countersign.dns.DnsTrace;
import org.countersign.policy.Decision;

/**
 * Explains the outcome of a message: the decision, every result that it is based on, and the flow of the message. The
 * keys are described in {@code docs/check-json.md}.
 */
public final class MessageExplanation {
    private MessageExplanation() {}

    /**
     * The explanation of one outcome.
     *
     * @return a new tree, which the caller may extend
     */
    public static Explanation.Group of(MessageOutcome outcome) {
        Explanation.Group tree = decision(outcome.decision());
        switch (outcome) {
            case MessageOutcome.Judged inbound -> InboundExplanation.addTo(tree, inbound);
            case MessageOutcome.Signed outbound -> OutboundExplanation.addTo(tree, outbound);
            case MessageOutcome.PassedThrough untouched -> {}
            case MessageOutcome.Unevaluated unread -> {}
        }
        return tree.text("flow", flow(outcome));
    }

    /**
     * The explanation of one outcome with all details, to be kept or to be shown on request.
     *
     * @param dns the DNS queries of the message, from a {@link org.countersign.dns.DnsRecorder}
     * @return a new tree, which the caller may extend
     */
    public static Explanation.Group full(MessageOutcome outcome, DnsTrace dns) {
        Explanation.Group tree = of(outcome);
        switch (outcome) {
            case MessageOutcome.Judged inbound -> InboundExplanation.addDetailsTo(tree, inbound, dns);
            case MessageOutcome.Signed outbound ->
                outbound.attempt().ifPresent(attempt -> SigningExplanation.addTo(tree, attempt));
            case MessageOutcome.PassedThrough untouched -> {}
            case MessageOutcome.Unevaluated unread -> {}
        }
        return tree;
    }

    /**
     * The full explanation without what differs in each run: the order and the times of DNS queries, and how long their
     * answers could be used. The same message with the same answers has the same explanation.
     *
     * @param dns the DNS queries of the message
     * @return a new tree, which the caller may extend
     */
    public static Explanation.Group repeatable(MessageOutcome outcome, DnsTrace dns) {
        Explanation.Group tree = full(outcome, dns);
        return outcome instanceof MessageOutcome.Judged ? tree.put("dns", DnsExplanation.repeatable(dns)) : tree;
    }

    /** The direction of a message, as the log and the explanation name it. */
    static String flow(MessageOutcome outcome) {
        return switch (outcome) {
            case MessageOutcome.Judged inbound -> "inbound";
            case MessageOutcome.Signed outbound -> "outbound";
            case MessageOutcome.PassedThrough untouched -> "internal";
            case MessageOutcome.Unevaluated unread -> "unknown";
        };
    }

    private static Explanation.Group decision(Decision decision) {
        return new Explanation.Group()
                .text("verdict", decision.verdict().keyword())
                .text("judged", decision.ruled().keyword())
                .text("reply", decision.ruled().refusal())
                .text("rule", decision.rule())
                .text("reason", decision.reason());
    }
}

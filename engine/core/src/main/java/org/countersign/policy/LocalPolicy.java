package org.countersign.policy;

/**
 * Decides about messages. The first rule that matches wins. A decision depends only on the facts, the rules and the mode.
 */
public final class LocalPolicy {
    private final Mode mode;
    private final PolicyRules rules;

    public LocalPolicy(Mode mode, PolicyRules rules) {
        this.mode = mode;
        this.rules = rules;
    }

    /** Whether decisions are enforced or only recorded. */
    public Mode mode() {
        return mode;
    }

    /** The rules in their order. */
    public PolicyRules rules() {
        return rules;
    }

    /** Decides about a message. */
    public Decision decide(MessageFacts facts) {
        return decide(RuleContext.of(facts));
    }

    /**
     * Whether the decision defers the message until DMARC can be evaluated. The rules that do so apply for a limited time
     * for each Author Domain.
     */
    public static boolean defers(Decision decision) {
        return BuiltInRules.DEFERRING.contains(decision.rule());
    }

    /** Decides about a message by the input of the rules. */
    public Decision decide(RuleContext facts) {
        return rules.first(facts).decide(facts, mode);
    }
}

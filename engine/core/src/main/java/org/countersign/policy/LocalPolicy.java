package org.countersign.policy;

/**
 * Decides by rules: first match wins. A decision is a function of the facts, the rules and the mode, and of nothing
 * else.
 */
public final class LocalPolicy {
    private final Mode mode;
    private final PolicyRules rules;

    public LocalPolicy(Mode mode, PolicyRules rules) {
        this.mode = mode;
        this.rules = rules;
    }

    /** Decides; the same facts always give the same decision. */
    public Decision decide(MessageFacts facts) {
        return decide(RuleContext.of(facts));
    }

    /**
     * Whether the decision is to wait until DMARC can be evaluated, by a rule that is not for mail whose temporary
     * errors last.
     */
    public static boolean defers(Decision decision) {
        return BuiltInRules.DEFERRING.contains(decision.rule());
    }

    /** Decides by what rules look at. */
    public Decision decide(RuleContext facts) {
        return rules.first(facts).decide(facts, mode);
    }
}

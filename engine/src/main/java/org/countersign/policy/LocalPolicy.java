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
    public Decision decide(PolicyFacts facts) {
        return decide(RuleFacts.of(facts));
    }

    /** Decides by what rules look at. */
    public Decision decide(RuleFacts facts) {
        return rules.first(facts).decide(facts, mode);
    }
}

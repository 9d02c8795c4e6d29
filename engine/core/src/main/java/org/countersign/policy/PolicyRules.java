package org.countersign.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Rules in their order: the first that matches decides, and the last one matches everything. */
public final class PolicyRules {
    /** The built-in rules alone. */
    public static final PolicyRules DEFAULT = of(PolicySettings.DEFAULT, List.of());

    /** The names that built-in rules may have. */
    public static final Set<String> BUILT_IN_NAMES = BuiltInRules.NAMES;

    private final List<Rule> rules;

    private PolicyRules(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /**
     * @param settings of the built-in rules
     * @param operators the operator's rules, which come before those that they could replace
     */
    public static PolicyRules of(PolicySettings settings, List<Rule> operators) {
        List<Rule> all = new ArrayList<>(BuiltInRules.before());
        all.addAll(operators);
        all.addAll(BuiltInRules.after(settings));
        return new PolicyRules(all);
    }

    /** All of them, in their order. */
    public List<Rule> rules() {
        return rules;
    }

    /** The rule that decides. */
    public Rule first(RuleContext facts) {
        for (Rule rule : rules) {
            if (rule.matches(facts)) {
                return rule;
            }
        }
        throw new IllegalStateException("the last rule takes whatever is left");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PolicyRules that && rules.equals(that.rules);
    }

    @Override
    public int hashCode() {
        return rules.hashCode();
    }
}

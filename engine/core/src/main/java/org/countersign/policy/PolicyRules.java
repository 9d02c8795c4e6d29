package org.countersign.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The rules in their order. The first one that matches decides, and the last one matches every message. */
public final class PolicyRules {
    /** The built-in rules only. */
    public static final PolicyRules DEFAULT = of(PolicySettings.DEFAULT, List.of());

    /** The names of all built-in rules, enabled or not. */
    public static final Set<String> BUILT_IN_NAMES = BuiltInRules.NAMES;

    private final PolicySettings settings;
    private final List<Rule> operators;
    private final List<Rule> rules;

    private PolicyRules(PolicySettings settings, List<Rule> operators, List<Rule> rules) {
        this.settings = settings;
        this.operators = List.copyOf(operators);
        this.rules = List.copyOf(rules);
    }

    /**
     * Combines built-in rules and the operator's rules.
     *
     * @param settings of the built-in rules
     * @param operators the operator's rules; they come before the built-in rules except those that protect this host
     */
    public static PolicyRules of(PolicySettings settings, List<Rule> operators) {
        List<Rule> all = new ArrayList<>(BuiltInRules.before());
        all.addAll(operators);
        all.addAll(BuiltInRules.after(settings));
        return new PolicyRules(settings, operators, all);
    }

    /** All rules in their order. */
    public List<Rule> rules() {
        return rules;
    }

    /** The settings of the built-in rules. */
    PolicySettings settings() {
        return settings;
    }

    /** The same operator's rules with other settings of the built-in rules. */
    PolicyRules with(PolicySettings others) {
        return of(others, operators);
    }

    /** The other rules, without this one. */
    PolicyRules without(Rule rule) {
        return new PolicyRules(
                settings,
                operators,
                rules.stream().filter(each -> !each.equals(rule)).toList());
    }

    /**
     * The rules that were tried for a message, in their order, with the reason why each did not match. The last one
     * matches.
     */
    public List<RuleTrial> trials(RuleContext facts) {
        List<RuleTrial> trials = new ArrayList<>();
        for (Rule rule : rules) {
            RuleTrial trial = RuleTrial.of(rule, facts);
            trials.add(trial);
            if (trial.matches()) {
                break;
            }
        }
        return trials;
    }

    /**
     * The rules that may decide about a message of which some facts are unknown, in their order. The last one matches
     * whatever the unknown facts are.
     *
     * @param facts have any value where they are unknown
     */
    public List<Rule> possible(RuleContext facts, Set<UnknownFact> unknown) {
        if (unknown.isEmpty()) {
            return List.of(first(facts));
        }
        PartialFacts partial = new PartialFacts(facts, unknown);
        List<Rule> possible = new ArrayList<>(1);
        for (Rule rule : rules) {
            PartialFacts.Truth matches = partial.matches(rule);
            if (matches != PartialFacts.Truth.NO) {
                possible.add(rule);
            }
            if (matches == PartialFacts.Truth.YES) {
                return possible;
            }
        }
        throw new IllegalStateException("the last rule matches every message");
    }

    /** The first rule that matches. */
    public Rule first(RuleContext facts) {
        for (Rule rule : rules) {
            if (rule.matches(facts)) {
                return rule;
            }
        }
        throw new IllegalStateException("the last rule matches every message");
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

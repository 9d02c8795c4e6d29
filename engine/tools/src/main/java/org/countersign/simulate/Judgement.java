package org.countersign.simulate;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.countersign.policy.Action;
import org.countersign.policy.PolicyRules;
import org.countersign.policy.Rule;
import org.countersign.policy.RuleContext;

/**
 * What the rules of a policy decide about a message, regardless of the mode.
 *
 * @param rules that may decide, the likeliest first; at least one
 */
record Judgement(List<Rule> rules) {
    Judgement {
        rules = List.copyOf(rules);
    }

    static Judgement of(Evidence evidence, PolicyRules policy) {
        if (evidence.possible().size() == 1) {
            List<Rule> rules = policy.possible(evidence.facts(), evidence.unknown());
            // The last rule decides whatever the unknown facts are, unless one before it matches.
            return new Judgement(rules.size() == 1 ? rules : likeliestFirst(rules, policy.first(evidence.facts())));
        }
        Set<Rule> rules = new LinkedHashSet<>();
        for (RuleContext facts : evidence.possible()) {
            rules.addAll(policy.possible(facts, evidence.unknown()));
        }
        return new Judgement(likeliestFirst(rules, policy.first(evidence.facts())));
    }

    private static List<Rule> likeliestFirst(Iterable<Rule> rules, Rule likeliest) {
        List<Rule> ordered = new ArrayList<>();
        ordered.add(likeliest);
        rules.forEach(rule -> {
            if (!ordered.contains(rule)) {
                ordered.add(rule);
            }
        });
        return ordered;
    }

    /** The likeliest rule; the one that decides if {@link #isCertain()}. */
    Rule rule() {
        return rules.getFirst();
    }

    /** The verdict of the likeliest rule. */
    Action action() {
        return rule().outcome().action();
    }

    /** Whether all rules that may decide have the same verdict. */
    boolean isCertain() {
        return rules.size() == 1
                || rules.stream()
                                .map(rule -> rule.outcome().action())
                                .distinct()
                                .count()
                        == 1;
    }

    /** The rules that may decide: {@code dmarc-reject (reject) or default (accept)}. */
    String explain() {
        return rules.stream()
                .map(rule -> rule.name() + " (" + rule.outcome().keyword() + ")")
                .collect(Collectors.joining(" or "));
    }
}

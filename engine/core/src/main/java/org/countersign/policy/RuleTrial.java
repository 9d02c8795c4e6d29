package org.countersign.policy;

import java.util.Optional;

/**
 * A rule that was tried for a message.
 *
 * @param obstacle the first condition by which the rule does not match; empty if it matches
 * @param excludes whether the obstacle is one of the conditions in {@code unless}, and holds
 */
public record RuleTrial(Rule rule, Optional<Condition> obstacle, boolean excludes) {
    static RuleTrial of(Rule rule, RuleContext facts) {
        for (Condition condition : rule.when()) {
            if (!condition.holds(facts)) {
                return new RuleTrial(rule, Optional.of(condition), false);
            }
        }
        for (Condition condition : rule.unless()) {
            if (condition.holds(facts)) {
                return new RuleTrial(rule, Optional.of(condition), true);
            }
        }
        return new RuleTrial(rule, Optional.empty(), false);
    }

    /** Whether the rule matches the message. */
    public boolean matches() {
        return obstacle.isEmpty();
    }
}

package org.countersign.policy;

import java.util.Optional;

/**
 * An example in a policy file: the facts of a message and the expected decision.
 *
 * @param name of the example
 * @param location for display: {@code mx.yaml:40}
 * @param facts of the message
 * @param expected the action, regardless of the mode
 * @param expectedRule the rule that must decide, if specified
 * @param expectedReply the beginning of the SMTP reply, if specified
 */
public record PolicyExample(
        String name,
        String location,
        RuleContext facts,
        Action expected,
        Optional<String> expectedRule,
        Optional<String> expectedReply) {
    /**
     * The result of an example.
     *
     * @param difference from the expected decision, as a clause; empty if there is none
     */
    public record Trial(PolicyExample example, Decision decision, Optional<String> difference) {
        /** Whether the decision is as expected. */
        public boolean passed() {
            return difference.isEmpty();
        }
    }

    /** Applies the rules to the example. */
    public Trial tryWith(PolicyRules rules) {
        Decision decision = rules.first(facts).decide(facts, Mode.ENFORCE);
        return new Trial(this, decision, difference(decision));
    }

    private Optional<String> difference(Decision decision) {
        Action verdict = decision.ruled().action();
        if (verdict != expected
                || expectedRule.filter(rule -> !rule.equals(decision.rule())).isPresent()) {
            return Optional.of("expected " + expected.keyword()
                    + expectedRule.map(rule -> " by the rule " + rule).orElse("") + ", got " + verdict.keyword()
                    + " by the rule " + decision.rule());
        }
        String reply = decision.ruled().refusal().map(SmtpReply::toString).orElse("no reply");
        return expectedReply
                .filter(beginning -> !reply.startsWith(beginning))
                .map(beginning -> "expected a reply that begins with " + beginning + ", got " + reply);
    }
}

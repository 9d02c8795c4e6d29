package org.countersign.policy;

import java.util.Optional;

/**
 * A message that the rules are tried with, and what must come of it.
 *
 * @param place where it stands, for people: {@code mx.yaml:40}
 * @param expected the keyword of the verdict, whatever the mode
 * @param expectedRule which rule must decide, where that is said
 * @param expectedReply how the SMTP reply must begin, where that is said
 */
public record PolicyExample(
        String name,
        String place,
        RuleContext facts,
        Action expected,
        Optional<String> expectedRule,
        Optional<String> expectedReply) {
    /**
     * What came of an example.
     *
     * @param difference what is not as expected, as a clause; empty where all is
     */
    public record Trial(PolicyExample example, Decision decision, Optional<String> difference) {
        public boolean passed() {
            return difference.isEmpty();
        }
    }

    /** Tries the rules. */
    public Trial tryWith(PolicyRules rules) {
        Decision decision = rules.first(facts).decide(facts, Mode.ENFORCE);
        return new Trial(this, decision, difference(decision));
    }

    private Optional<String> difference(Decision decision) {
        Action verdict = decision.judged().action();
        if (verdict != expected
                || expectedRule.filter(rule -> !rule.equals(decision.rule())).isPresent()) {
            return Optional.of("expected " + expected.keyword()
                    + expectedRule.map(rule -> " by the rule " + rule).orElse("") + ", got " + verdict.keyword()
                    + " by the rule " + decision.rule());
        }
        String reply = decision.judged().refusal().map(SmtpReply::toString).orElse("no reply");
        return expectedReply
                .filter(beginning -> !reply.startsWith(beginning))
                .map(beginning -> "expected a reply that begins with " + beginning + ", got " + reply);
    }
}

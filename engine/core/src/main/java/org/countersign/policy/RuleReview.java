package org.countersign.policy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.AddressPattern;
import org.countersign.policy.Condition.Method;

/** Finds rules that are valid but probably not what the operator intends. */
public final class RuleReview {
    // Results that legitimate mail has too, such as forwarded mail and bounces.
    private static final Set<ResultKeyword> ALSO_LEGITIMATE =
            Set.of(ResultKeyword.NONE, ResultKeyword.FAIL, ResultKeyword.SOFTFAIL, ResultKeyword.NEUTRAL);

    private RuleReview() {}

    /**
     * A warning about a rule.
     *
     * @param index of the rule, counted from 0
     * @param message the predicate of a sentence whose subject is the rule
     * @param suggestion a correction, in the imperative
     */
    public record Remark(int index, String message, String suggestion) {}

    /**
     * Reviews the rules of an operator, in their order.
     *
     * @param locations of the rules in the file, for messages
     */
    public static List<Remark> of(List<Rule> rules, List<String> locations) {
        List<Remark> remarks = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            Optional<Integer> above = covering(rules, i);
            Optional<AddressPattern> signer = ThirdPartySigner.of(rule);
            if (above.isPresent()) {
                remarks.add(new Remark(
                        i,
                        "is never reached: the rule " + rules.get(above.get()).name() + " ("
                                + locations.get(above.get()) + ") matches all its messages",
                        "move it above that rule, or remove it"));
            } else if (rule.when().isEmpty() && rule.unless().isEmpty()) {
                remarks.add(new Remark(
                        i,
                        "matches every message: no later rule is reached, including the built-in ones",
                        "add conditions under when"));
            } else if (acceptsTemporaryErrors(rule)) {
                remarks.add(new Remark(
                        i,
                        "accepts mail when DMARC cannot be evaluated, and a forger can choose a domain whose DNS fails",
                        "add applied-policy: none, or list the domains under dmarc.fail-open"));
            } else if (rule.outcome().delivers()
                    && !isForTemporaryErrorsWithoutPolicy(rule)
                    && rule.when().stream().noneMatch(Condition::authenticates)) {
                remarks.add(new Remark(
                        i,
                        "accepts mail by conditions that any sender can meet, even if DMARC fails",
                        "add dmarc: pass, dkim-domain, authenticated-domain, client or user"));
            } else if (signer.isPresent()) {
                remarks.add(new Remark(
                        i,
                        "accepts mail with these authors from every customer of " + signer.get()
                                + ", even if DMARC fails",
                        "have that provider sign with your own domain, or add client, user or dmarc: pass"));
            } else if (refusesForSpf(rule)) {
                remarks.add(new Remark(
                        i,
                        "refuses mail because of SPF: legitimate forwarded mail and bounces fail SPF too",
                        "add dmarc: [fail, none] and null-sender: false, or leave the decision to DMARC"));
            }
        }
        return remarks;
    }

    private static Optional<Integer> covering(List<Rule> rules, int index) {
        for (int above = 0; above < index; above++) {
            if (rules.get(above).covers(rules.get(index))) {
                return Optional.of(above);
            }
        }
        return Optional.empty();
    }

    private static boolean acceptsTemporaryErrors(Rule rule) {
        return rule.outcome().delivers()
                && isForTemporaryErrors(rule)
                && !isForTemporaryErrorsWithoutPolicy(rule)
                && rule.when().stream().noneMatch(Condition::authenticates);
    }

    /** Whether the rule matches a temporary error of DMARC, but not a fail, which would accept more. */
    private static boolean isForTemporaryErrors(Rule rule) {
        return rule.when().stream()
                .anyMatch(condition -> condition instanceof Condition.OfResult(Method asked, Set<ResultKeyword> results)
                        && asked == Method.DMARC
                        && results.contains(ResultKeyword.TEMPERROR)
                        && !results.contains(ResultKeyword.FAIL));
    }

    private static boolean isForTemporaryErrorsWithoutPolicy(Rule rule) {
        return isForTemporaryErrors(rule)
                && rule.when().stream()
                        .anyMatch(condition ->
                                condition instanceof Condition.OfPolicy(boolean applied, Set<DmarcPolicy> policies)
                                        && applied
                                        && policies.equals(Set.of(DmarcPolicy.NONE)));
    }

    private static boolean refusesForSpf(Rule rule) {
        boolean refuses = rule.outcome() instanceof Outcome.Reject || rule.outcome() instanceof Outcome.Discard;
        return refuses && tests(rule, Method.SPF) && !tests(rule, Method.DMARC) && !tests(rule, Method.DKIM);
    }

    private static boolean tests(Rule rule, Method method) {
        return rule.when().stream()
                .anyMatch(condition -> condition instanceof Condition.OfResult(Method asked, Set<ResultKeyword> results)
                        && asked == method
                        && (method != Method.SPF || !Collections.disjoint(results, ALSO_LEGITIMATE)));
    }
}

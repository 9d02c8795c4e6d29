package org.countersign.policy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.AddressPattern;
import org.countersign.policy.Condition.Method;

/** Looks rules over for what is allowed but probably not meant. */
public final class RuleReview {
    // What says nothing against a message, or says it of forwarded mail and of bounces as well.
    private static final Set<ResultKeyword> HONEST_TOO =
            Set.of(ResultKeyword.NONE, ResultKeyword.FAIL, ResultKeyword.SOFTFAIL, ResultKeyword.NEUTRAL);

    private RuleReview() {}

    /**
     * Something that is probably not meant.
     *
     * @param index which of the rules it is about, counted from 0
     * @param message without the rule's name
     */
    public record Remark(int index, String message, String suggestion) {}

    /**
     * Looks over an operator's rules, in their order.
     *
     * @param places where each stands, for people
     */
    public static List<Remark> of(List<Rule> rules, List<String> places) {
        List<Remark> remarks = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            Optional<Integer> above = covering(rules, i);
            Optional<AddressPattern> signer = ThirdPartySigner.of(rule);
            if (above.isPresent()) {
                remarks.add(new Remark(
                        i,
                        "is never reached: the rule " + rules.get(above.get()).name() + " (" + places.get(above.get())
                                + ") takes all that it asks for",
                        "put it above that rule, or remove it"));
            } else if (rule.when().isEmpty() && rule.unless().isEmpty()) {
                remarks.add(new Remark(
                        i,
                        "takes every message: no rule behind it is reached, nor the built-in ones",
                        "say in when which mail it is for"));
            } else if (acceptsTemporaryErrors(rule)) {
                remarks.add(new Remark(
                        i,
                        "lets mail in when DMARC cannot be evaluated, and a forger can choose a name whose DNS fails",
                        "add applied-policy: none, or put the domains under dmarc.fail-open"));
            } else if (rule.outcome().delivers()
                    && !isForTemporaryErrorsWithoutPolicy(rule)
                    && rule.when().stream().noneMatch(Condition::authenticates)) {
                remarks.add(new Remark(
                        i,
                        "lets mail in by what anybody can write: it comes before DMARC, a fail included",
                        "add dmarc: pass, dkim-domain, authenticated-domain, client or user"));
            } else if (signer.isPresent()) {
                remarks.add(new Remark(
                        i,
                        "lets everybody for whom " + signer.get()
                                + " signs or sends write as these authors, a DMARC fail" + " included",
                        "have that provider sign with your own domain, or add client, user or dmarc: pass"));
            } else if (refusesForSpf(rule)) {
                remarks.add(new Remark(
                        i,
                        "refuses for SPF: honest mail that was forwarded fails it too, and so do bounces",
                        "add dmarc: [fail, none] and null-sender: false, or leave it to DMARC"));
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

    /** Whether it asks for a temporary error of DMARC, and not for a fail, which would let in more. */
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
        return refuses && asks(rule, Method.SPF) && !asks(rule, Method.DMARC) && !asks(rule, Method.DKIM);
    }

    private static boolean asks(Rule rule, Method method) {
        return rule.when().stream()
                .anyMatch(condition -> condition instanceof Condition.OfResult(Method asked, Set<ResultKeyword> results)
                        && asked == method
                        && (method != Method.SPF || !Collections.disjoint(results, HONEST_TOO)));
    }
}

package org.countersign.policy;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One rule: what it asks of a message, and what it wants done. Everything in {@code when} must hold, nothing in
 * {@code unless} may.
 *
 * @param name what logs and headers call it
 * @param origin where it comes from
 * @param reason why it is there, one plain sentence
 */
public record Rule(
        String name,
        Origin origin,
        List<Condition> when,
        List<Condition> unless,
        Outcome outcome,
        FieldEdits edits,
        String reason) {
    /**
     * Where a rule comes from.
     *
     * @param place for people: {@code mx.yaml:12}, or {@code built in}
     */
    public record Origin(Kind kind, String place) {
        static final Origin BUILT_IN = new Origin(Kind.BUILT_IN, "built in");
    }

    /** Which rules there are. */
    public enum Kind {
        /** Built in, and carried out whatever the mode says. */
        UNCONDITIONAL,
        /** Written by the operator. */
        OPERATOR,
        /** Built in, for what the operator has set: a decision tells the reason. */
        SETTING,
        /** Built in; a decision tells what was found. */
        BUILT_IN
    }

    public Rule {
        when = List.copyOf(when);
        unless = List.copyOf(unless);
    }

    static Rule builtIn(String name, List<Condition> when, Outcome outcome, String reason) {
        return new Rule(name, Origin.BUILT_IN, when, List.of(), outcome, FieldEdits.NONE, reason);
    }

    /** Whether the rule is for a message with these facts. */
    public boolean matches(RuleContext facts) {
        for (Condition condition : when) {
            if (!condition.holds(facts)) {
                return false;
            }
        }
        for (Condition condition : unless) {
            if (condition.holds(facts)) {
                return false;
            }
        }
        return true;
    }

    /** Whether this rule, standing before the other one, leaves nothing to it, as far as that shows. */
    public boolean covers(Rule other) {
        return when.stream().allMatch(asked -> other.when.stream().anyMatch(condition -> condition.implies(asked)))
                && unless.stream().allMatch(excluded -> other.unless.stream().anyMatch(excluded::implies));
    }

    Decision decide(RuleContext facts, Mode mode) {
        Verdict judged = outcome.verdict(facts, name);
        String because = because(facts);
        return mode == Mode.ENFORCE || origin.kind == Kind.UNCONDITIONAL
                ? new Decision(judged, judged, name, because, edits.render(facts, name))
                : new Decision(new Verdict.Accept(), judged, name, because);
    }

    private String because(RuleContext facts) {
        String found = facts.explain();
        Optional<String> way = Stream.concat(when.stream(), unless.stream())
                .filter(Condition.Indirect.class::isInstance)
                .flatMap(condition -> ((Condition.Indirect) condition).flow().evidence(facts).stream())
                .findFirst();
        StringBuilder sentence = new StringBuilder(found);
        way.ifPresent(evidence -> sentence.append(' ').append(evidence));
        if (origin.kind == Kind.OPERATOR || origin.kind == Kind.SETTING) {
            sentence.append(' ').append(reason);
        }
        return sentence.toString();
    }
}

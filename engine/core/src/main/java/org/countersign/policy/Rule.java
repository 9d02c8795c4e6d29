package org.countersign.policy;

import java.util.List;
import java.util.Optional;

/**
 * A rule of the local policy. A message matches if it meets every condition in {@code when} and none in {@code unless}.
 *
 * @param name of the rule in logs and header fields
 * @param origin of the rule
 * @param when the conditions that a message must meet
 * @param unless the conditions that a message must not meet
 * @param outcome the action on a message that matches
 * @param edits of the header section of a message that is delivered
 * @param reason for the rule, one sentence
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
     * The origin of a rule.
     *
     * @param location for display: {@code mx.yaml:12}, or {@code built in}
     */
    public record Origin(Kind kind, String location) {
        static final Origin BUILT_IN = new Origin(Kind.BUILT_IN, "built in");
    }

    /** The kinds of rules. */
    public enum Kind {
        /** Built in, and applied in every mode. */
        UNCONDITIONAL,
        /** Written by the operator. */
        OPERATOR,
        /** Built in and enabled by a setting. The explanation of a decision includes the reason of the rule. */
        SETTING,
        /** Built in. The explanation of a decision consists of the facts. */
        BUILT_IN
    }

    public Rule {
        when = List.copyOf(when);
        unless = List.copyOf(unless);
    }

    static Rule builtIn(String name, List<Condition> when, Outcome outcome, String reason) {
        return new Rule(name, Origin.BUILT_IN, when, List.of(), outcome, FieldEdits.NONE, reason);
    }

    /** Whether a message with these facts matches. */
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

    /** Whether every message that matches the other rule matches this one. False if that is not evident. */
    public boolean covers(Rule other) {
        return when.stream()
                        .allMatch(required -> other.when.stream().anyMatch(condition -> condition.implies(required)))
                && unless.stream().allMatch(excluded -> other.unless.stream().anyMatch(excluded::implies));
    }

    Decision decide(RuleContext facts, Mode mode) {
        Verdict verdict = outcome.verdict(facts, name);
        Optional<IndirectEvidence> indirect = indirectEvidence(facts);
        String explanation = explain(facts, indirect);
        return mode == Mode.ENFORCE || origin.kind == Kind.UNCONDITIONAL
                ? new Decision(verdict, verdict, name, explanation, edits.render(facts, name), indirect)
                : new Decision(new Verdict.Accept(), verdict, name, explanation, HeaderChanges.NONE, indirect);
    }

    private Optional<IndirectEvidence> indirectEvidence(RuleContext facts) {
        return evidence(when, facts).or(() -> evidence(unless, facts));
    }

    private static Optional<IndirectEvidence> evidence(List<Condition> conditions, RuleContext facts) {
        for (Condition condition : conditions) {
            if (condition instanceof Condition.Indirect indirect) {
                Optional<IndirectEvidence> evidence = indirect.flow().evidence(facts);
                if (evidence.isPresent()) {
                    return evidence;
                }
            }
        }
        return Optional.empty();
    }

    private String explain(RuleContext facts, Optional<IndirectEvidence> indirect) {
        StringBuilder sentence = new StringBuilder(facts.explain());
        indirect.ifPresent(evidence -> sentence.append(' ').append(evidence.explain()));
        if (origin.kind == Kind.OPERATOR || origin.kind == Kind.SETTING) {
            sentence.append(' ').append(reason);
        }
        return sentence.toString();
    }
}

package org.countersign.simulate;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.countersign.policy.Action;

/** What one policy decides about the messages of an archive. */
public final class PolicySums {
    private static final int MAX_RULES = 500;

    private final SimulatedPolicy policy;
    private final VerdictCounts verdicts = new VerdictCounts();
    private final BoundedCounts rules = new BoundedCounts(MAX_RULES);
    private final Map<Action, ExampleGroup> objections = new EnumMap<>(Action.class);
    private final ExampleGroup uncertain = new ExampleGroup();
    private final RelayEffects relays;

    PolicySums(SimulatedPolicy policy) {
        this.policy = policy;
        this.relays = new RelayEffects(policy.rules());
    }

    void add(Judgement judgement, Example example) {
        verdicts.add(judgement);
        if (!judgement.isCertain()) {
            uncertain.add(example);
            return;
        }
        rules.add(judgement.rule().name());
        if (judgement.action() != Action.ACCEPT) {
            objections
                    .computeIfAbsent(judgement.action(), action -> new ExampleGroup())
                    .add(example);
        }
    }

    RelayEffects relays() {
        return relays;
    }

    /** The policy that decides. */
    public SimulatedPolicy policy() {
        return policy;
    }

    /** How many messages have each verdict. */
    public VerdictCounts verdicts() {
        return verdicts;
    }

    /** The rules that decided, where the verdict is certain. */
    public BoundedCounts rules() {
        return rules;
    }

    /** The messages that are not simply accepted, by verdict. */
    public Map<Action, ExampleGroup> objections() {
        return Collections.unmodifiableMap(objections);
    }

    /** The messages whose verdict depends on facts that are not known. */
    public ExampleGroup uncertain() {
        return uncertain;
    }

    /** The relays that the policy could know, with their effect. */
    public List<Suggestion> suggestions() {
        return relays.suggestions(verdicts.objected());
    }

    /** How many effects of relays were not counted, because there are too many relays. */
    public long omittedEffects() {
        return relays.omitted();
    }
}

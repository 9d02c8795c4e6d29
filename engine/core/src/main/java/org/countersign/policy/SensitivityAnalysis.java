package org.countersign.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.countersign.policy.AlternativeDecision.Change;
import org.countersign.policy.AlternativeDecision.Effect;
import org.countersign.policy.AlternativeDecision.Party;

/**
 * Finds out what would have led to another verdict: changes one fact or one setting at a time, and decides again. Makes no
 * DNS query.
 *
 * <p>A change is tried only if its owner must act: the owner of a domain in the DNS or with a key, or the operator of this
 * system. So nothing is recommended that a forger could do, such as another From field or a correct header section.
 */
public final class SensitivityAnalysis {
    private final RuleContext facts;
    private final LocalPolicy policy;
    private final Decision decided;
    private final List<AlternativeDecision> alternatives = new ArrayList<>();

    private SensitivityAnalysis(RuleContext facts, LocalPolicy policy) {
        this.facts = facts;
        this.policy = policy;
        this.decided = policy.decide(facts);
    }

    /**
     * The changes that lead to another verdict, milder ones first.
     *
     * @param policy that decided about the message
     */
    public static List<AlternativeDecision> of(MessageFacts facts, LocalPolicy policy) {
        SensitivityAnalysis analysis = new SensitivityAnalysis(RuleContext.of(facts), policy);
        facts.dmarc().ifPresent(dmarc -> new AuthenticationChanges(analysis, facts, dmarc).tryAll());
        new PolicyChanges(analysis, facts, policy).tryAll();
        return analysis.alternatives.stream()
                .sorted(Comparator.comparing(AlternativeDecision::effect))
                .toList();
    }

    RuleContext facts() {
        return facts;
    }

    Decision decided() {
        return decided;
    }

    /** Tries changed facts, which the sender can bring about. */
    void tryFacts(Change change, String condition, RuleContext changed) {
        add(change, Party.SENDER, condition, policy.decide(changed));
    }

    /** Tries changed rules, which the receiver can bring about. */
    void tryRules(Change change, String condition, PolicyRules changed) {
        add(change, Party.RECEIVER, condition, new LocalPolicy(policy.mode(), changed).decide(facts));
    }

    private void add(Change change, Party party, String condition, Decision decision) {
        Action before = decided.ruled().action();
        Action after = decision.ruled().action();
        if (before != after) {
            alternatives.add(new AlternativeDecision(
                    change, party, condition, decision, Effect.of(before, after), policy.mode() == Mode.MONITOR));
        }
    }

    /** Tries the other mode. */
    void tryMode(Mode mode) {
        Decision decision = new LocalPolicy(mode, policy.rules()).decide(facts);
        Action before = decided.verdict().action();
        Action after = decision.verdict().action();
        if (before != after) {
            alternatives.add(new AlternativeDecision(
                    Change.MODE,
                    Party.RECEIVER,
                    "mode were " + (mode == Mode.ENFORCE ? "enforce" : "monitor"),
                    decision,
                    Effect.of(before, after),
                    false));
        }
    }
}

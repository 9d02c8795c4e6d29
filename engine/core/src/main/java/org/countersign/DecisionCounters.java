package org.countersign;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.countersign.policy.Decision;

/**
 * Counts decisions about inbound mail, and forged results in it, for a host to show. There are as many counts as
 * there are verdicts and rules, so no sender can make it grow.
 */
public final class DecisionCounters {
    private final Map<String, LongAdder> verdicts = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> wouldBe = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> rules = new ConcurrentHashMap<>();
    private final LongAdder forged = new LongAdder();

    /**
     * How often what was decided, since the counting began.
     *
     * @param verdicts what was done, by the keyword of the verdict
     * @param wouldBe what the rules wanted and {@code mode: monitor} did not let happen, by the keyword of the verdict
     * @param rules which rules decided, by their names
     * @param forged how many fields in our name the messages came with
     */
    public record Counts(Map<String, Long> verdicts, Map<String, Long> wouldBe, Map<String, Long> rules, long forged) {
        public Counts {
            verdicts = Map.copyOf(verdicts);
            wouldBe = Map.copyOf(wouldBe);
            rules = Map.copyOf(rules);
        }
    }

    /** Counts a conclusion, if it is about a message that was judged, or that there was no room for. */
    public void count(MessageOutcome conclusion) {
        if (conclusion instanceof AuthenticationOutcome outcome) {
            Decision decision = conclusion.decision();
            add(verdicts, decision.verdict().keyword());
            add(rules, decision.rule());
            forged.add(outcome.forged());
            if (decision.held()) {
                add(wouldBe, decision.judged().keyword());
            }
        } else if (conclusion instanceof MessageOutcome.Deferred(Decision decision)) {
            add(verdicts, decision.verdict().keyword());
            add(rules, decision.rule());
        }
    }

    /** What has been counted; messages that are counted meanwhile may be in one part and not yet in another. */
    public Counts counts() {
        return new Counts(sums(verdicts), sums(wouldBe), sums(rules), forged.sum());
    }

    private static void add(Map<String, LongAdder> counts, String key) {
        counts.computeIfAbsent(key, unused -> new LongAdder()).increment();
    }

    private static Map<String, Long> sums(Map<String, LongAdder> counts) {
        Map<String, Long> sums = new TreeMap<>();
        counts.forEach((key, count) -> sums.put(key, count.sum()));
        return sums;
    }
}

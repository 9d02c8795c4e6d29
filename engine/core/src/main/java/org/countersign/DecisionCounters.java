package org.countersign;

import java.util.List;
import org.countersign.metrics.BoundedCounters;
import org.countersign.metrics.Counter;
import org.countersign.metrics.Label;
import org.countersign.metrics.Meter;
import org.countersign.metrics.Metric;
import org.countersign.policy.Decision;
import org.countersign.policy.Verdict;

/**
 * Counts the decisions about inbound mail, and the forged results in it. There is one metric for each verdict and each
 * rule, so that senders cannot increase their number.
 */
final class DecisionCounters {
    /** How often each verdict was carried out, by the label {@code verdict}. */
    static final Metric DECISIONS = Metric.counter(
            "countersign_decisions_total", "Decisions about inbound mail that were carried out, by verdict.");
    /** How often {@code mode: monitor} suppressed each verdict of the rules, by the label {@code verdict}. */
    static final Metric SUPPRESSED = Metric.counter(
            "countersign_suppressed_decisions_total", "Verdicts of the rules that mode monitor did not carry out.");
    /** How often each rule decided, by the label {@code rule}. */
    static final Metric RULES = Metric.counter(
            "countersign_rule_decisions_total", "Decisions about inbound mail, by the rule that decided.");
    /** How many header fields with a local authserv-id or an unknown version were removed from messages. */
    static final Metric FORGED = Metric.counter(
            "countersign_forged_results_total",
            "Removed header fields that claimed to be results of this site, or had an unknown version.");

    private final ByVerdict decisions;
    private final ByVerdict suppressed;
    private final Counter forged;
    // Rules come and go with the policy.
    private final BoundedCounters<String> rules;

    private record ByVerdict(
            Counter accept, Counter tag, Counter quarantine, Counter discard, Counter reject, Counter tempFail) {
        static ByVerdict of(Meter meter, Metric metric) {
            return new ByVerdict(
                    meter.counter(metric, new Label("verdict", "accept")),
                    meter.counter(metric, new Label("verdict", "tag")),
                    meter.counter(metric, new Label("verdict", "quarantine")),
                    meter.counter(metric, new Label("verdict", "discard")),
                    meter.counter(metric, new Label("verdict", "reject")),
                    meter.counter(metric, new Label("verdict", "tempfail")));
        }

        void count(Verdict verdict) {
            Counter counter = switch (verdict) {
                case Verdict.Accept unused -> accept;
                case Verdict.Tag unused -> tag;
                case Verdict.Quarantine unused -> quarantine;
                case Verdict.Discard unused -> discard;
                case Verdict.Reject unused -> reject;
                case Verdict.TempFail unused -> tempFail;
            };
            counter.increment();
        }
    }

    DecisionCounters(Meter meter) {
        this.decisions = ByVerdict.of(meter, DECISIONS);
        this.suppressed = ByVerdict.of(meter, SUPPRESSED);
        this.forged = meter.counter(FORGED);
        this.rules = new BoundedCounters<>(meter, RULES, MessageMetrics.MAX_NAMES, List.of("rule"));
    }

    /** Counts an outcome of inbound mail: of a message that was checked, or that could not be. */
    void count(MessageOutcome outcome) {
        if (outcome instanceof MessageOutcome.Judged judged) {
            Decision decision = judged.decision();
            count(decision);
            forged.add(judged.forged());
            if (decision.isSuppressedByMonitor()) {
                suppressed.count(decision.ruled());
            }
        } else if (outcome instanceof MessageOutcome.Unevaluated unread) {
            count(unread.decision());
        }
    }

    private void count(Decision decision) {
        decisions.count(decision.verdict());
        rule(decision.rule()).increment();
    }

    /** Creates the counter of a rule, so that it exists before the rule decides for the first time. */
    void prepare(String rule) {
        rule(rule);
    }

    private Counter rule(String rule) {
        return rules.of(rule, name -> new Label[] {new Label("rule", name)});
    }
}

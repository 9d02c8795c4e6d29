package org.countersign;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.countersign.arc.ChainStatus;
import org.countersign.domain.DomainName;
import org.countersign.metrics.BoundedCounters;
import org.countersign.metrics.Counter;
import org.countersign.metrics.Histogram;
import org.countersign.metrics.Label;
import org.countersign.metrics.Meter;
import org.countersign.metrics.Metric;
import org.countersign.signature.SigningIdentity;
import org.countersign.syntax.Keyword;

/**
 * Counts messages by their outcome, and how long they took. The number of metrics is bounded: labels have values of the
 * program or of its configuration, never of mail. Counting allocates no memory.
 */
public final class MessageMetrics {
    public static final Metric DURATION = Metric.histogram(
            "countersign_message_seconds",
            "From MAIL FROM to the outcome of a message; most of it is the time that the sender takes.");
    public static final Metric DECISIONS = DecisionCounters.DECISIONS;
    public static final Metric SUPPRESSED = DecisionCounters.SUPPRESSED;
    public static final Metric RULES = DecisionCounters.RULES;
    public static final Metric FORGED = DecisionCounters.FORGED;
    public static final Metric DECISION = Metric.histogram(
            "countersign_decision_seconds",
            "From the end of a message to its outcome, which the mail server waits for: the rest of the DNS answers,"
                    + " verification and decision, or signing.");
    public static final Metric BODY_BYTES =
            Metric.counter("countersign_body_bytes_total", "Octets of the bodies of messages.");
    public static final Metric SIGNING =
            Metric.counter("countersign_signing_decisions_total", "Outbound messages: signed, or the reason why not.");
    public static final Metric SIGNATURES =
            Metric.counter("countersign_signatures_total", "DKIM signatures added, by the key that signed.");
    public static final Metric SEALS =
            Metric.counter("countersign_arc_seals_total", "ARC Sets added, by the status of the chain before them.");
    public static final Metric PASSED =
            Metric.counter("countersign_passed_messages_total", "Messages neither checked nor signed, by the reason.");

    /** The number of keys, and of rules, that have metrics of their own. */
    public static final int MAX_NAMES = 500;

    private static final List<String> FLOWS = List.of("inbound", "outbound", "internal", "unknown");

    /** Counts nothing. */
    // Must follow the other constants, which the constructor uses.
    public static final MessageMetrics NONE = new MessageMetrics(Meter.NONE);

    private static final int INBOUND = 0;
    private static final int OUTBOUND = 1;
    private static final int INTERNAL = 2;
    private static final int UNKNOWN = 3;

    private final boolean isOn;
    private final DecisionCounters decisions;
    private final ResultCounters results;
    private final List<Histogram> durations;
    private final List<Histogram> decisionTimes;
    private final Counter bodyBytes;
    private final BoundedCounters<String> signing;
    private final KeyCounters signatures;
    private final Map<ChainStatus, Counter> seals = new EnumMap<>(ChainStatus.class);
    private final Map<MessageOutcome.PassedThrough.Reason, Counter> passed =
            new EnumMap<>(MessageOutcome.PassedThrough.Reason.class);

    public MessageMetrics(Meter meter) {
        this.isOn = !meter.equals(Meter.NONE);
        this.decisions = new DecisionCounters(meter);
        this.results = new ResultCounters(meter);
        this.durations = byFlow(meter, DURATION);
        this.decisionTimes = byFlow(meter, DECISION);
        this.bodyBytes = meter.counter(BODY_BYTES);
        this.signing = new BoundedCounters<>(meter, SIGNING, MAX_NAMES, List.of("rule"));
        this.signatures = new KeyCounters(meter);
        signingDecision("signed");
        for (ChainStatus status : ChainStatus.values()) {
            seals.put(status, meter.counter(SEALS, new Label("chain", status.keyword())));
        }
        for (MessageOutcome.PassedThrough.Reason reason : MessageOutcome.PassedThrough.Reason.values()) {
            passed.put(reason, meter.counter(PASSED, new Label("reason", Keyword.of(reason))));
        }
    }

    private static List<Histogram> byFlow(Meter meter, Metric metric) {
        return FLOWS.stream()
                .map(flow -> meter.histogram(metric, new Label("flow", flow)))
                .toList();
    }

    /** Whether anybody reads the metrics, so that it is useful to measure durations. */
    public boolean isOn() {
        return isOn;
    }

    /** Creates the metrics of a rule for inbound mail, so that they exist before the rule decides for the first time. */
    public void prepareRule(String rule) {
        decisions.prepare(rule);
    }

    /** Creates the metrics of a key, so that they exist before the key signs for the first time. */
    public void prepareKey(DomainName sdid, String selector) {
        signatures.of(sdid, selector);
    }

    /**
     * Counts a message.
     *
     * @param nanos from MAIL FROM to the outcome, in nanoseconds
     * @param decisionNanos from the end of the message to the outcome
     * @param bodyOctets the size of the body
     */
    public void count(MessageOutcome outcome, long nanos, long decisionNanos, long bodyOctets) {
        if (!isOn) {
            return;
        }
        decisions.count(outcome);
        bodyBytes.add(bodyOctets);
        int flow = switch (outcome) {
            case MessageOutcome.Judged judged -> {
                results.count(judged.facts());
                if (judged.seal().isPresent()) {
                    seals.getOrDefault(judged.seal().get().status(), Counter.NONE)
                            .increment();
                }
                yield INBOUND;
            }
            case MessageOutcome.Signed signed -> {
                count(signed);
                yield OUTBOUND;
            }
            case MessageOutcome.PassedThrough(MessageOutcome.PassedThrough.Reason reason) -> {
                passed.getOrDefault(reason, Counter.NONE).increment();
                yield INTERNAL;
            }
            case MessageOutcome.Unevaluated unread -> UNKNOWN;
        };
        durations.get(flow).record(nanos);
        decisionTimes.get(flow).record(decisionNanos);
    }

    private void count(MessageOutcome.Signed signed) {
        signingDecision(signed.decision().rule()).increment();
        List<SigningIdentity> identities = signed.signedBy();
        for (int i = 0; i < identities.size(); i++) {
            SigningIdentity identity = identities.get(i);
            signatures.of(identity.sdid(), identity.selector()).increment();
        }
    }

    private Counter signingDecision(String rule) {
        return signing.of(rule, name -> new Label[] {new Label("rule", name)});
    }
}

package org.countersign;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.countersign.dkim.DkimResult;
import org.countersign.metrics.Counter;
import org.countersign.metrics.Label;
import org.countersign.metrics.Meter;
import org.countersign.metrics.Metric;
import org.countersign.policy.MessageFacts;

/** Counts the results of inbound mail by method and result. Both have few values, which no sender can extend. */
final class ResultCounters {
    static final Metric RESULTS = Metric.counter(
            "countersign_results_total",
            "Results of inbound mail; spf is that of MAIL FROM, and dkim has one for each signature, or none.");

    private static final String NONE = "none";

    private final Map<String, Counter> spf;
    private final Map<String, Counter> helo;
    private final Map<String, Counter> dkim;
    private final Map<String, Counter> arc;
    private final Map<String, Counter> dmarc;

    ResultCounters(Meter meter) {
        List<String> ofSpf = List.of(NONE, "neutral", "pass", "fail", "softfail", "temperror", "permerror");
        this.spf = counters(meter, "spf", ofSpf);
        this.helo = counters(meter, "spf-helo", ofSpf);
        this.dkim =
                counters(meter, "dkim", List.of(NONE, "pass", "fail", "policy", "neutral", "temperror", "permerror"));
        this.arc = counters(meter, "arc", List.of(NONE, "pass", "fail", "temperror"));
        this.dmarc = counters(meter, "dmarc", List.of(NONE, "pass", "fail", "temperror", "permerror"));
    }

    private static Map<String, Counter> counters(Meter meter, String method, List<String> results) {
        Map<String, Counter> counters = new HashMap<>();
        for (String result : results) {
            counters.put(result, meter.counter(RESULTS, new Label("method", method), new Label("result", result)));
        }
        return Map.copyOf(counters);
    }

    void count(MessageFacts facts) {
        count(spf, facts.spf().keyword());
        if (facts.helo().isPresent()) {
            count(helo, facts.helo().get().keyword());
        }
        List<DkimResult> signatures = facts.signatures();
        if (signatures.isEmpty()) {
            count(dkim, NONE);
        }
        for (int i = 0; i < signatures.size(); i++) {
            count(dkim, signatures.get(i).keyword());
        }
        count(arc, facts.arc().keyword());
        // Without an author that it could be evaluated for, the result is the one that the header has.
        count(dmarc, facts.dmarcKeyword());
    }

    private static void count(Map<String, Counter> counters, String result) {
        counters.getOrDefault(result, Counter.NONE).increment();
    }
}

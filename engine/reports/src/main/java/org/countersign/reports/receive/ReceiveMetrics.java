package org.countersign.reports.receive;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.countersign.metrics.Counter;
import org.countersign.metrics.Label;
import org.countersign.metrics.Meter;
import org.countersign.metrics.Metric;
import org.countersign.syntax.Keyword;

/** Counts what becomes of the reports in a mailbox. */
public final class ReceiveMetrics {
    /** Reports by what became of them. */
    public static final Metric RECEIVED = Metric.counter(
            "countersign_reports_received_total", "Reports that were read from the mailbox, by what became of them.");

    private final Map<Result, Counter> counters = new EnumMap<>(Result.class);

    /** What became of a report: in the store, there already, or refused for one of three reasons. */
    private enum Result {
        STORED,
        DUPLICATE,
        UNUSABLE,
        NOT_ABOUT_US,
        DAILY_LIMIT,
        RETURNED
    }

    /** Creates all counters, so that they exist before anything is read. */
    public ReceiveMetrics(Meter meter) {
        for (Result result : Result.values()) {
            counters.put(result, meter.counter(RECEIVED, new Label("result", Keyword.of(result))));
        }
    }

    void count(Outcome outcome) {
        switch (outcome) {
            case Outcome.Stored report -> count(Result.STORED);
            case Outcome.FailureStored report -> count(Result.STORED);
            case Outcome.Duplicate copy -> count(Result.DUPLICATE);
            case Outcome.Refused refused ->
                count(
                        switch (refused.kind()) {
                            case UNUSABLE -> Result.UNUSABLE;
                            case NOT_ABOUT_US -> Result.NOT_ABOUT_US;
                            case DAILY_LIMIT -> Result.DAILY_LIMIT;
                        });
            case Outcome.Returned report -> count(Result.RETURNED);
            case Outcome.LeftAlone other -> {
                // No report
            }
        }
    }

    private void count(Result result) {
        Objects.requireNonNull(counters.get(result)).increment();
    }
}

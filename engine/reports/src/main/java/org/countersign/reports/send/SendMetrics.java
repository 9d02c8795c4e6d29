package org.countersign.reports.send;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.countersign.metrics.Counter;
import org.countersign.metrics.Label;
import org.countersign.metrics.Meter;
import org.countersign.metrics.Metric;
import org.countersign.syntax.Keyword;

/** Counts what becomes of reports. */
public final class SendMetrics {
    /** Reports that were planned by this host. */
    public static final Metric PLANNED =
            Metric.counter("countersign_reports_planned_total", "Aggregate reports that this host has planned.");
    /** Deliveries by the state that this host has brought them to; waiting is an attempt that is repeated later. */
    public static final Metric DELIVERIES = Metric.counter(
            "countersign_report_deliveries_total",
            "Deliveries of reports by the state that this host has brought them to.");
    /** Messages that are a reason for a failure report, by what became of it. */
    public static final Metric FAILURES = Metric.counter(
            "countersign_failure_report_messages_total",
            "Messages that are a reason for a DMARC failure report, by what became of it.");

    private final Counter planned;
    private final Map<DeliveryState, Counter> byState = new EnumMap<>(DeliveryState.class);
    private final Map<FailureReports.Result, Counter> failures = new EnumMap<>(FailureReports.Result.class);

    /** Creates all counters, so that they exist before anything is sent. */
    public SendMetrics(Meter meter) {
        this.planned = meter.counter(PLANNED);
        for (DeliveryState state : DeliveryState.values()) {
            byState.put(state, meter.counter(DELIVERIES, new Label("state", state.keyword())));
        }
        for (FailureReports.Result result : FailureReports.Result.values()) {
            failures.put(result, meter.counter(FAILURES, new Label("result", Keyword.of(result))));
        }
    }

    void planned(int reports) {
        planned.add(reports);
    }

    void failures(FailureReports.Result result, long messages) {
        Objects.requireNonNull(failures.get(result)).add(messages);
    }

    void delivery(DeliveryState state) {
        Objects.requireNonNull(byState.get(state)).increment();
    }
}

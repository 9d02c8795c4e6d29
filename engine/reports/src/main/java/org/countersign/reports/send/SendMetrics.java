package org.countersign.reports.send;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.countersign.metrics.Counter;
import org.countersign.metrics.Label;
import org.countersign.metrics.Meter;
import org.countersign.metrics.Metric;

/** Counts what becomes of reports. */
public final class SendMetrics {
    /** Reports that were planned by this host. */
    public static final Metric PLANNED =
            Metric.counter("countersign_reports_planned_total", "Aggregate reports that this host has planned.");
    /** Deliveries by the state that this host has brought them to; waiting is an attempt that is repeated later. */
    public static final Metric DELIVERIES = Metric.counter(
            "countersign_report_deliveries_total",
            "Deliveries of aggregate reports by the state that this host has brought them to.");

    private final Counter planned;
    private final Map<DeliveryState, Counter> byState = new EnumMap<>(DeliveryState.class);

    /** Creates all counters, so that they exist before anything is sent. */
    public SendMetrics(Meter meter) {
        this.planned = meter.counter(PLANNED);
        for (DeliveryState state : DeliveryState.values()) {
            byState.put(state, meter.counter(DELIVERIES, new Label("state", state.keyword())));
        }
    }

    void planned(int reports) {
        planned.add(reports);
    }

    void delivery(DeliveryState state) {
        Objects.requireNonNull(byState.get(state)).increment();
    }
}

package org.countersign.ops.http;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.countersign.metrics.Label;
import org.countersign.metrics.Metric;
import org.countersign.metrics.Reading;

/** Readings in the types of the Prometheus library. */
final class Snapshots {
    private static final String INFO = "_info";
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double[] BOUNDS = bounds();

    private Snapshots() {}

    /** The bounds in seconds, with the one that Prometheus requires for all longer durations. */
    private static double[] bounds() {
        List<Long> nanos = Reading.Durations.BOUNDS;
        double[] seconds = new double[nanos.size() + 1];
        for (int i = 0; i < nanos.size(); i++) {
            seconds[i] = nanos.get(i) / NANOS_PER_SECOND;
        }
        seconds[nanos.size()] = Double.POSITIVE_INFINITY;
        return seconds;
    }

    static MetricSnapshots of(List<Reading> readings) {
        Map<Metric, List<Reading>> byMetric = new LinkedHashMap<>();
        for (Reading reading : readings) {
            byMetric.computeIfAbsent(reading.metric(), unused -> new ArrayList<>())
                    .add(reading);
        }
        List<MetricSnapshot> snapshots = new ArrayList<>();
        byMetric.forEach((metric, ofMetric) -> snapshots.add(snapshot(metric, ofMetric)));
        return new MetricSnapshots(snapshots);
    }

    private static MetricSnapshot snapshot(Metric metric, List<Reading> readings) {
        return switch (metric.kind()) {
            case COUNTER -> {
                CounterSnapshot.Builder counter =
                        CounterSnapshot.builder().name(metric.name()).help(metric.help());
                readings.forEach(reading -> counter.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                        .value(amount(reading))
                        .labels(labels(reading))
                        .build()));
                yield counter.build();
            }
            case GAUGE -> metric.name().endsWith(INFO) ? info(metric, readings) : gauge(metric, readings);
            case HISTOGRAM -> {
                HistogramSnapshot.Builder histogram =
                        HistogramSnapshot.builder().name(metric.name()).help(metric.help());
                readings.forEach(reading -> histogram.dataPoint(durations(reading)));
                yield histogram.build();
            }
        };
    }

    private static MetricSnapshot gauge(Metric metric, List<Reading> readings) {
        GaugeSnapshot.Builder gauge =
                GaugeSnapshot.builder().name(metric.name()).help(metric.help());
        readings.forEach(reading -> gauge.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .value(amount(reading))
                .labels(labels(reading))
                .build()));
        return gauge.build();
    }

    /** A gauge that is always 1, whose labels are the information. */
    private static MetricSnapshot info(Metric metric, List<Reading> readings) {
        String name = metric.name();
        InfoSnapshot.Builder info = InfoSnapshot.builder()
                .name(name.substring(0, name.length() - INFO.length()))
                .help(metric.help());
        readings.forEach(reading -> info.dataPoint(new InfoSnapshot.InfoDataPointSnapshot(labels(reading))));
        return info.build();
    }

    private static HistogramSnapshot.HistogramDataPointSnapshot durations(Reading reading) {
        if (!(reading.value() instanceof Reading.Durations durations)) {
            throw new IllegalArgumentException("not a histogram: " + reading);
        }
        long[] counts = durations.counts().stream().mapToLong(Long::longValue).toArray();
        return HistogramSnapshot.HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(ClassicHistogramBuckets.of(BOUNDS, counts))
                .sum(durations.sumNanos() / NANOS_PER_SECOND)
                .labels(labels(reading))
                .build();
    }

    private static double amount(Reading reading) {
        if (!(reading.value() instanceof Reading.Amount(long amount))) {
            throw new IllegalArgumentException("not one number: " + reading);
        }
        return amount;
    }

    private static Labels labels(Reading reading) {
        List<Label> labels = reading.labels();
        return Labels.of(
                labels.stream().map(Label::name).toList(),
                labels.stream().map(Label::value).toList());
    }
}

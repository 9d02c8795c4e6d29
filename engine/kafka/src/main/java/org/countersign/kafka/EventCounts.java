package org.countersign.kafka;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.countersign.reports.collect.CollectedPolicy;
import org.countersign.reports.collect.CollectedRow;
import org.countersign.reports.collect.CountedRow;
import org.countersign.reports.collect.VerdictEvent;

/** The sums over the events of a range. */
final class EventCounts {
    private final Map<RowKey, long[]> rows = new HashMap<>();
    private final SortedMap<TrafficKey, Long> traffic = new TreeMap<>();
    private long messages;

    private record RowKey(int day, CollectedPolicy policy, CollectedRow row) {}

    /** The key of the table {@code report_traffic} without the host. */
    record TrafficKey(int day, int hour, String dmarc, String verdict, String rule) implements Comparable<TrafficKey> {
        @Override
        public int compareTo(TrafficKey other) {
            // In this order hosts never wait for each other in a circle.
            return toString().compareTo(other.toString());
        }
    }

    void add(VerdictEvent event) {
        messages++;
        Instant time = event.time();
        traffic.merge(
                new TrafficKey(
                        day(time),
                        time.atOffset(ZoneOffset.UTC).getHour(),
                        event.dmarc(),
                        event.verdict(),
                        event.rule()),
                1L,
                Long::sum);
        event.counted().ifPresent(counted -> {
            long[] counts = rows.computeIfAbsent(
                    new RowKey(counted.day(), counted.policy(), counted.row()), first -> new long[2]);
            counts[0] += counted.messages();
            counts[1] += counted.triggers();
        });
    }

    private static int day(Instant time) {
        return (int) Math.floorDiv(time.getEpochSecond(), 86_400L);
    }

    long messages() {
        return messages;
    }

    List<CountedRow> rows() {
        List<CountedRow> counted = new ArrayList<>(rows.size());
        rows.forEach(
                (key, counts) -> counted.add(new CountedRow(key.day(), key.policy(), key.row(), counts[0], counts[1])));
        return counted;
    }

    SortedMap<TrafficKey, Long> traffic() {
        return traffic;
    }
}

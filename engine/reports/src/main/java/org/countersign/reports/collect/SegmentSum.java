package org.countersign.reports.collect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Adds up what was counted one after the other under one number. A journal may have tens of thousands of entries, so that a copy of
 * the sum for each of them would take minutes.
 */
final class SegmentSum {
    private final Map<CountedRow, long[]> rows = new LinkedHashMap<>();
    private final Map<Segment.Traffic, Long> traffic = new HashMap<>();
    private final Map<Integer, Long> lost = new HashMap<>();
    private Optional<Segment> first = Optional.empty();
    private long through;

    /** Adds a segment; false if it has another number than the first one, which changes nothing. */
    boolean add(Segment next) {
        if (first.filter(known -> !known.isSameAs(next)).isPresent()) {
            return false;
        }
        first = first.or(() -> Optional.of(next));
        through = next.through();
        for (CountedRow row : next.rows()) {
            long[] sum = rows.computeIfAbsent(
                    new CountedRow(row.day(), row.policy(), row.row(), 0, 0), unused -> new long[2]);
            sum[0] += row.messages();
            sum[1] += row.triggers();
        }
        next.traffic().forEach((kind, messages) -> traffic.merge(kind, messages, Long::sum));
        next.lost().forEach((day, messages) -> lost.merge(day, messages, Long::sum));
        return true;
    }

    /** The sum, up to the time of the last segment; empty if none was added. */
    Optional<Segment> segment() {
        List<CountedRow> all = new ArrayList<>(rows.size());
        rows.forEach((row, sum) -> all.add(new CountedRow(row.day(), row.policy(), row.row(), sum[0], sum[1])));
        return first.map(named -> new Segment(named.hostId(), named.sequence(), through, all, traffic, lost));
    }
}

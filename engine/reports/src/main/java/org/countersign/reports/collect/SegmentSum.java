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
    // Those of the rows in the order in which they were added; several may be the same.
    private final List<long[]> sums = new ArrayList<>();
    private final Map<Segment.Traffic, Long> traffic = new HashMap<>();
    private final Map<Integer, Long> lost = new HashMap<>();
    private Optional<Segment> first = Optional.empty();
    private long through;

    /** A segment with the sums of equal rows. */
    static Segment of(Segment segment) {
        SegmentSum sum = new SegmentSum();
        return sum.add(segment) ? sum.segment().orElse(segment) : segment;
    }

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
            sums.add(sum);
        }
        next.traffic().forEach((kind, messages) -> traffic.merge(kind, messages, Long::sum));
        next.lost().forEach((day, messages) -> lost.merge(day, messages, Long::sum));
        return true;
    }

    /**
     * Adds messages to a row.
     *
     * @param number of the row, counted from 0 in the order in which all rows were added
     * @return false if there is no such row
     */
    boolean repeat(int number, long messages, long triggers) {
        if (number < 0 || number >= sums.size()) {
            return false;
        }
        sums.get(number)[0] += messages;
        sums.get(number)[1] += triggers;
        return true;
    }

    /** The sum, up to the time of the last segment; empty if none was added. */
    Optional<Segment> segment() {
        List<CountedRow> all = new ArrayList<>(rows.size());
        rows.forEach((row, sum) -> all.add(new CountedRow(row.day(), row.policy(), row.row(), sum[0], sum[1])));
        return first.map(named -> new Segment(named.hostId(), named.sequence(), through, all, traffic, lost));
    }
}

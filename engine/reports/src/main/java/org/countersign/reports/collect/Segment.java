package org.countersign.reports.collect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What one host counted in a short time: it is added to the store as a whole, and once.
 *
 * @param hostId the host that counted
 * @param sequence a number that no other segment of this host has
 * @param through every message that the host judged before this second is in this segment or in an earlier one
 * @param rows in any order
 * @param traffic numbers of all inbound messages
 * @param lost by day, how many messages could not be counted
 */
record Segment(
        String hostId,
        long sequence,
        long through,
        List<CountedRow> rows,
        Map<Traffic, Long> traffic,
        Map<Integer, Long> lost) {

    Segment {
        rows = List.copyOf(rows);
        traffic = Map.copyOf(traffic);
        lost = Map.copyOf(lost);
    }

    /**
     * Messages that are equal in what is counted of all inbound mail.
     *
     * @param day since 1970-01-01 in UTC
     * @param hour of the day
     * @param dmarc the keyword of the result
     * @param verdict its keyword
     * @param rule the name of the rule that decided
     */
    record Traffic(int day, int hour, String dmarc, String verdict, String rule) {}

    /** The messages in the rows. */
    long messages() {
        return rows.stream().mapToLong(CountedRow::messages).sum();
    }

    /** The last day with a row; that of {@link #through} without rows. */
    int day() {
        return rows.stream().mapToInt(CountedRow::day).max().orElse(Days.of(through));
    }

    /** Whether the other one has the same number of the same host. */
    boolean isSameAs(Segment other) {
        return hostId.equals(other.hostId) && sequence == other.sequence;
    }

    /** This segment with what was counted after it, up to the time of the other one. */
    Segment plus(Segment later) {
        Map<CountedRow, long[]> sums = new LinkedHashMap<>();
        for (CountedRow row : Stream.concat(rows.stream(), later.rows.stream()).toList()) {
            long[] sum = sums.computeIfAbsent(
                    new CountedRow(row.day(), row.policy(), row.row(), 0, 0), unused -> new long[2]);
            sum[0] += row.messages();
            sum[1] += row.triggers();
        }
        Map<Traffic, Long> allTraffic = new HashMap<>(traffic);
        later.traffic.forEach((kind, messages) -> allTraffic.merge(kind, messages, Long::sum));
        Map<Integer, Long> allLost = new HashMap<>(lost);
        later.lost.forEach((day, messages) -> allLost.merge(day, messages, Long::sum));
        List<CountedRow> all = new ArrayList<>(sums.size());
        sums.forEach((row, sum) -> all.add(new CountedRow(row.day(), row.policy(), row.row(), sum[0], sum[1])));
        return new Segment(hostId, sequence, later.through, all, allTraffic, allLost);
    }

    /** This segment with the rows before a day counted as lost: reports about these days are closed. */
    Segment withoutRowsBefore(int day) {
        Map<Integer, Long> more = new TreeMap<>(lost);
        rows.stream().filter(row -> row.day() < day).forEach(row -> more.merge(row.day(), row.messages(), Long::sum));
        return new Segment(
                hostId,
                sequence,
                through,
                rows.stream().filter(row -> row.day() >= day).toList(),
                traffic,
                more);
    }
}

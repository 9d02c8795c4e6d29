package org.countersign.reports.collect;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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

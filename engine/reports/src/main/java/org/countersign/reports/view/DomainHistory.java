package org.countersign.reports.view;

import java.time.LocalDate;
import java.util.List;

/**
 * A domain over time.
 *
 * @param days all days of the period in their order, with and without data
 */
public record DomainHistory(String domain, ViewPeriod period, List<Day> days) {
    public DomainHistory {
        days = List.copyOf(days);
    }

    /** The sums over all days. Their date is that of the last day. */
    public Day total() {
        return new Day(
                period.last(),
                days.stream().anyMatch(Day::hasData),
                days.stream().mapToLong(Day::passing).sum(),
                days.stream().mapToLong(Day::forwarded).sum(),
                days.stream().mapToLong(Day::knownFailing).sum(),
                days.stream().mapToLong(Day::unknown).sum());
    }

    /**
     * The messages of a UTC day. Each message is in one of the four counts.
     *
     * @param hasData whether a report is about this day; without one, nobody knows of its messages
     * @param passing messages that passed DMARC, whatever way they took
     * @param forwarded messages that failed because somebody passed them on
     * @param knownFailing messages that failed and came from a known source: these need repair
     * @param unknown messages that failed and came from an unknown source
     */
    public record Day(LocalDate date, boolean hasData, long passing, long forwarded, long knownFailing, long unknown) {
        /** All messages. */
        public long messages() {
            return passing + forwarded + knownFailing + unknown;
        }

        /** The share of the messages that passed DMARC. */
        public Share share() {
            return new Share(passing, messages());
        }
    }
}

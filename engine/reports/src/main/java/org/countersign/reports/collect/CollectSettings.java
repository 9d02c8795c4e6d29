package org.countersign.reports.collect;

import java.time.Duration;
import java.util.List;

/**
 * Whether and how messages are counted for reports: keys of the section {@code reports} of the policy file.
 *
 * @param isOn {@code collect}
 * @param spool {@code spool}: the directory in which counts wait for the store
 * @param spoolSize {@code spool-size}: its maximum size in octets
 * @param envelopeTo {@code envelope-to}: whether rows have the domain of the recipients
 * @param addresses {@code addresses}: which receive reports about our own domains, in lower case
 * @param keep {@code keep}: when counts are removed from the store
 */
public record CollectSettings(
        boolean isOn, String spool, long spoolSize, boolean envelopeTo, List<String> addresses, Keep keep) {
    /** Nothing is counted. */
    public static final CollectSettings OFF = new CollectSettings(
            false,
            "/var/lib/countersign/reports",
            256L << 20,
            false,
            List.of(),
            new Keep(Duration.ofDays(14), Duration.ofDays(400)));

    public CollectSettings {
        addresses = List.copyOf(addresses);
    }

    /**
     * For how long counts are kept after their day.
     *
     * @param rows {@code keep.rows}: the rows of reports
     * @param days {@code keep.days}: the sums of each day
     */
    public record Keep(Duration rows, Duration days) {}
}

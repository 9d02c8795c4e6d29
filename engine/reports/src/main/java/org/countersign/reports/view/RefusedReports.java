package org.countersign.reports.view;

import java.time.Instant;
import java.util.List;

/**
 * What came in as a report and was refused, the latest first.
 *
 * @param refused at most {@link #MAX_REFUSED}
 * @param total how many there are in the period
 */
public record RefusedReports(ViewPeriod period, List<RefusedReport> refused, long total) {
    /** The most that are listed. */
    public static final int MAX_REFUSED = 100;

    public RefusedReports {
        refused = List.copyOf(refused);
    }

    /**
     * Something that was refused.
     *
     * @param sender the sender of the message
     * @param name of the attachment or file
     * @param why the reason
     * @param times how often it came
     */
    public record RefusedReport(Instant at, String sender, String name, String why, long octets, long times) {}
}

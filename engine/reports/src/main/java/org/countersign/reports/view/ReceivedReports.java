package org.countersign.reports.view;

import java.time.Instant;
import java.util.List;

/**
 * The reports that came in.
 *
 * @param reporters those with the most reports first, at most {@link #MAX_REPORTERS}
 * @param latest the reports that came last, at most {@link #MAX_REPORTS}
 * @param failures failure reports (RFC 9991) that came in
 */
public record ReceivedReports(ViewPeriod period, List<Reporter> reporters, List<ReceivedReport> latest, long failures) {
    /** The most reporters that are listed. */
    public static final int MAX_REPORTERS = 100;

    /** The most reports that are listed. */
    public static final int MAX_REPORTS = 50;

    /** The most remarks of a reporter that are listed. */
    public static final int MAX_REMARKS = 10;

    public ReceivedReports {
        reporters = List.copyOf(reporters);
        latest = List.copyOf(latest);
    }

    /**
     * A reporter.
     *
     * @param name the Author Domain of its messages if they are authenticated, else the name that it gives itself
     * @param auth {@code pass}, {@code given} for files given by hand, {@code none} or {@code unknown}
     * @param last when its last report came
     * @param remarks deviations from the format, the most frequent first
     */
    public record Reporter(
            String name, String auth, long reports, long messages, long domains, Instant last, List<Remark> remarks) {
        public Reporter {
            remarks = List.copyOf(remarks);
        }

        /** The reporter with these remarks. */
        Reporter with(List<Remark> found) {
            return new Reporter(name, auth, reports, messages, domains, last, found);
        }
    }

    /** A deviation from the format, and how many reports have it. */
    public record Remark(String text, long reports) {}

    /** A report. */
    public record ReceivedReport(
            Instant gotAt,
            String reporter,
            String organization,
            String domain,
            String reportId,
            Instant begin,
            Instant end,
            String auth,
            String schema,
            long rows,
            long messages,
            String remarks) {}
}

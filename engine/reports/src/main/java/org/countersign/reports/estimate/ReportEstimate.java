package org.countersign.reports.estimate;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * What DMARC reports would cost a day.
 *
 * @param lines the lines about messages that were read
 * @param otherLines all other lines
 * @param first the first day with a message; empty if there is none
 * @param last the last one
 * @param days how many days the averages are of
 * @param whole whether only days are in them that the log has from begin to end
 * @param received inbound messages a day
 * @param counted those of them that a report would be about
 * @param rows different rows a day
 * @param maxRows the rows of the day with the most
 * @param policies organizations a day with a DMARC record
 * @param maxPolicies those of the day with the most
 * @param largest the organizations with the most messages
 * @param cut whether there are more rows than could be told apart, so that the number is too small
 */
public record ReportEstimate(
        long lines,
        long otherLines,
        Optional<LocalDate> first,
        Optional<LocalDate> last,
        int days,
        boolean whole,
        long received,
        long counted,
        long rows,
        long maxRows,
        long policies,
        long maxPolicies,
        List<Domain> largest,
        boolean cut) {
    // Measured with 500,000 messages; a row of PostgreSQL with its index, and its policy besides.
    private static final long SQLITE_ROW = 264;
    private static final long POSTGRESQL_ROW = 296;
    private static final long POSTGRESQL_POLICY = 270;
    // A compressed report with what is noted about it and its delivery. Documents are kept for 30 days.
    private static final long REPORT = 2_000;
    private static final int REPORT_DAYS = 30;

    public ReportEstimate {
        largest = List.copyOf(largest);
    }

    /**
     * An organization.
     *
     * @param messages a day
     * @param rows a day
     */
    public record Domain(String domain, long messages, long rows) {}

    /** Octets a day in an SQLite file. */
    public long sqlitePerDay() {
        return rows * SQLITE_ROW;
    }

    /** Octets a day in PostgreSQL, with its index. */
    public long postgresqlPerDay() {
        return rows * POSTGRESQL_ROW + policies * POSTGRESQL_POLICY;
    }

    /** Octets of all that is kept at a time, if rows take so many a day, and every domain gets a report. */
    public long kept(long perDay, Duration rowsKept) {
        // The day itself is not over yet.
        return perDay * (rowsKept.toDays() + 1) + policies * REPORT * REPORT_DAYS;
    }
}

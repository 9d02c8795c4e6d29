package org.countersign.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.countersign.explain.Explanation;
import org.countersign.reports.ReportsSettings;
import org.countersign.reports.estimate.ReportEstimate;

/** Writes what reports would cost, as text and as a tree for JSON. */
final class EstimateText {
    /** Changes when the meaning of a member changes. */
    private static final int SCHEMA = 1;

    // A log of the traditional syslog has no year.
    private static final DateTimeFormatter WITHOUT_YEAR = DateTimeFormatter.ofPattern("MMM d", Locale.ENGLISH);
    private static final int NO_YEAR = 2000;

    private final ReportEstimate estimate;
    private final ReportsSettings settings;

    EstimateText(ReportEstimate estimate, ReportsSettings settings) {
        this.estimate = estimate;
        this.settings = settings;
    }

    private Duration kept() {
        return settings.collect().keep().rows();
    }

    /** At most so many mails a day are sent. */
    private long mails(long reports) {
        return Math.min(reports, settings.send().limits().perDay());
    }

    private static String date(LocalDate date) {
        return date.getYear() == NO_YEAR ? WITHOUT_YEAR.format(date) : date.toString();
    }

    private static String size(long octets) {
        String[] units = {"B", "kB", "MB", "GB", "TB"};
        double value = octets;
        int unit = 0;
        while (value >= 1000 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, value < 10 && unit > 0 ? "%.1f %s" : "%.0f %s", value, units[unit]);
    }

    void write(PrintStream out) {
        out.println("DMARC reports, estimated from " + TextTable.number(estimate.lines()) + " messages, "
                + date(estimate.first().orElseThrow()) + " to "
                + date(estimate.last().orElseThrow()) + " (UTC)");
        out.println(
                estimate.whole()
                        ? "Averages of " + estimate.days() + (estimate.days() == 1 ? " whole day" : " whole days")
                                + "; the first and the last day are left out."
                        : "The log has fewer than three days, so the numbers may be too small: a week is best.");
        if (estimate.cut()) {
            out.println("There are more rows than can be told apart: the numbers are too small.");
        }
        out.println();
        TextTable table = new TextTable("", ">a day", ">most");
        table.row("inbound messages", estimate.received(), "");
        table.row("counted for a report", estimate.counted(), "");
        table.row("rows in the store", estimate.rows(), TextTable.number(estimate.maxRows()));
        table.row("organizations with a record", estimate.policies(), TextTable.number(estimate.maxPolicies()));
        table.write(out);
        out.println();
        writeStore(out);
        out.println();
        writeMails(out);
        out.println();
        TextTable largest = new TextTable("largest organizations", ">messages a day", ">rows a day");
        estimate.largest().forEach(domain -> largest.row(domain.domain(), domain.messages(), domain.rows()));
        largest.write(out);
    }

    private void writeStore(PrintStream out) {
        TextTable store = new TextTable("store", ">a day", ">kept");
        store.row("SQLite", size(estimate.sqlitePerDay()), size(estimate.kept(estimate.sqlitePerDay(), kept())));
        store.row(
                "PostgreSQL",
                size(estimate.postgresqlPerDay()),
                size(estimate.kept(estimate.postgresqlPerDay(), kept())));
        store.write(out);
        out.println("Rows are kept for " + kept().toDays() + " days (reports.keep.rows), sent reports for 30.");
    }

    private void writeMails(PrintStream out) {
        long all = estimate.policies();
        out.println("Reports to send: at most " + TextTable.number(mails(all)) + " a day, "
                + TextTable.number(mails(all / 2)) + " if half of the organizations ask for them.");
        if (all > mails(all)) {
            out.println("reports.send.max-per-day leaves out " + TextTable.number(all - mails(all)) + " of "
                    + TextTable.number(all) + ".");
        }
        if (all > 0) {
            out.println("That is one mail sent for " + TextTable.number(Math.max(estimate.received() / mails(all), 1))
                    + " received, spread over " + settings.send().window() + " UTC.");
        }
        out.println("A subdomain with a record of its own has a report of its own in addition.");
    }

    /** The members are described in {@code docs/reports.md}. */
    Explanation.Group explanation() {
        return new Explanation.Group()
                .count("schema", SCHEMA)
                .text("first-day", date(estimate.first().orElseThrow()))
                .text("last-day", date(estimate.last().orElseThrow()))
                .count("days", estimate.days())
                .flag("whole-days", estimate.whole())
                .flag("cut", estimate.cut())
                .count("inbound-messages", estimate.received())
                .count("counted-messages", estimate.counted())
                .count("rows", estimate.rows())
                .count("max-rows", estimate.maxRows())
                .count("organizations", estimate.policies())
                .count("max-organizations", estimate.maxPolicies())
                .count("sqlite-octets-per-day", estimate.sqlitePerDay())
                .count("sqlite-octets", estimate.kept(estimate.sqlitePerDay(), kept()))
                .count("postgresql-octets-per-day", estimate.postgresqlPerDay())
                .count("postgresql-octets", estimate.kept(estimate.postgresqlPerDay(), kept()))
                .count("mails-at-most", mails(estimate.policies()))
                .count("mails-if-half-ask", mails(estimate.policies() / 2))
                .list(
                        "largest",
                        estimate.largest(),
                        domain -> new Explanation.Group()
                                .text("domain", domain.domain())
                                .count("messages", domain.messages())
                                .count("rows", domain.rows()));
    }
}

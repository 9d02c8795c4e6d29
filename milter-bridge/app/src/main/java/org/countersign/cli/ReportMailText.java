package org.countersign.cli;

import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.countersign.reports.view.OtherDomains;
import org.countersign.reports.view.ReceivedReports;
import org.countersign.reports.view.RefusedReports;
import org.countersign.reports.view.RefusedReports.RefusedReport;

/** Writes which reports were sent, received and refused, for a terminal of 80 columns. Strangers' texts are escaped. */
final class ReportMailText {
    private static final int MAX_REASONS = 20;
    private static final String NOT_OURS = "not about us: ";

    private final PrintStream out;
    private final ReportsText text;

    ReportMailText(PrintStream out) {
        this.out = out;
        this.text = new ReportsText(out);
    }

    void others(OtherDomains others) {
        text.title("Our reports about other domains", others.period());
        if (others.domains().isEmpty()) {
            noReportMade();
        } else {
            domains(others);
        }
        if (!others.suppressions().isEmpty()) {
            out.println();
            out.println("Addresses that get no reports for a while:");
            others.suppressions()
                    .forEach(address -> text.item(address.address() + " until " + ReportsText.minute(address.until())
                            + " UTC"
                            + (address.times() == 0 ? "" : ", after " + TextTable.counted(address.times(), "failure"))
                            + ": "
                            + address.why()));
        }
        if (!others.domains().isEmpty()) {
            out.println();
            out.println("More: countersign reports status, countersign reports plan");
        }
    }

    private void noReportMade() {
        out.println("No report was made in these days. To send reports to other domains:");
        out.println("1. Count mail, in the policy file: reports: { collect: true }");
        out.println("2. Name a sender in a domain that you sign for:");
        out.println("   reports: { send: { from: dmarc-noreply@reports.example.org } }");
        out.println("3. Restart the service, and see countersign reports plan the next day.");
    }

    private void domains(OtherDomains others) {
        TextTable table =
                new TextTable("domain", ">messages", ">reports", ">sent", ">waiting", ">failed", ">suppressed");
        others.domains()
                .forEach(domain -> table.row(
                        domain.domain(),
                        domain.messages(),
                        domain.reports(),
                        domain.sent(),
                        domain.waiting(),
                        domain.failed(),
                        domain.suppressed()));
        table.write(out);
        if (others.more() > 0) {
            out.println("and " + TextTable.number(others.more()) + " more (see --json)");
        }
        List<OtherDomains.OtherDomain> explained = others.domains().stream()
                .filter(domain -> !domain.why().isEmpty())
                .toList();
        if (!explained.isEmpty()) {
            out.println();
            out.println("Why not sent, or the last answer of the mail server:");
            explained.stream().limit(MAX_REASONS).forEach(domain -> text.item(domain.domain() + ": " + domain.why()));
            if (explained.size() > MAX_REASONS) {
                out.println("and " + (explained.size() - MAX_REASONS) + " more (see --json)");
            }
        }
    }

    /**
     * @param domains our own domains
     * @param last when the last report came, in these days or before
     */
    void received(ReceivedReports received, List<String> domains, Optional<Instant> last) {
        text.title("Reports received", received.period());
        if (received.reporters().isEmpty()) {
            text.nothing(domains, last, received.period());
        } else {
            TextTable table =
                    new TextTable("reporter", "authenticated", ">reports", ">messages", ">domains", "last (UTC)");
            received.reporters()
                    .forEach(reporter -> table.row(
                            reporter.name(),
                            authenticated(reporter.auth()),
                            reporter.reports(),
                            reporter.messages(),
                            reporter.domains(),
                            ReportsText.minute(reporter.last())));
            table.write(out);
            received.reporters().stream()
                    .filter(reporter -> !reporter.remarks().isEmpty())
                    .forEach(this::remarks);
        }
        if (received.failures() > 0) {
            out.println();
            out.println(TextTable.counted(received.failures(), "failure report") + " (about single messages)");
        }
        if (!received.period().unauthenticated() && !received.reporters().isEmpty()) {
            out.println();
            text.sentence("Reports of unauthenticated senders are left out (see --unauthenticated).");
        }
    }

    private static String authenticated(String auth) {
        return switch (auth) {
            case "pass" -> "yes";
            case "none" -> "no";
            case "given" -> "given by hand";
            default -> auth;
        };
    }

    private void remarks(ReceivedReports.Reporter reporter) {
        out.println();
        text.sentence("Deviations from the format in reports of " + reporter.name() + ":");
        reporter.remarks()
                .forEach(remark ->
                        text.item(remark.text() + " (" + TextTable.counted(remark.reports(), "report") + ")"));
    }

    void refused(RefusedReports refused) {
        text.title("Reports refused", refused.period());
        if (refused.refused().isEmpty()) {
            out.println("Nothing was refused in these days.");
            return;
        }
        refused.refused().forEach(this::refused);
        if (refused.total() > refused.refused().size()) {
            out.println();
            out.println("and "
                    + TextTable.number(refused.total() - refused.refused().size()) + " more");
        }
        if (refused.refused().stream().anyMatch(report -> report.why().startsWith(NOT_OURS))) {
            out.println();
            text.sentence("If such a domain is yours, add it to protect or to reports.receive.about.");
        }
    }

    private void refused(RefusedReport report) {
        text.sentence(
                ReportsText.minute(report.at()) + " from " + (report.sender().isEmpty() ? "unknown" : report.sender())
                        + (report.times() > 1 ? ", " + TextTable.counted(report.times(), "time") : ""));
        text.item(report.why()
                + (report.name().isEmpty()
                        ? ""
                        : " (" + report.name() + ", " + TextTable.counted(report.octets(), "octet") + ")"));
    }
}

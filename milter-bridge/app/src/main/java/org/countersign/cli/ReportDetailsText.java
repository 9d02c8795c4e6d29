package org.countersign.cli;

import java.io.PrintStream;
import java.util.List;
import org.countersign.reports.view.OtherDomains;
import org.countersign.reports.view.Readiness;
import org.countersign.reports.view.ReceivedReports;
import org.countersign.reports.view.RefusedReports;
import org.countersign.reports.view.Selectors;
import org.countersign.reports.view.Source;
import org.countersign.syntax.Escapes;

/** Writes single sources, answers and reports as text for a terminal of 80 columns. Strangers' texts are escaped. */
final class ReportDetailsText {
    private static final int MAX_SHOWN = 10;

    private final PrintStream out;
    private final ReportsText text;

    ReportDetailsText(PrintStream out) {
        this.out = out;
        this.text = new ReportsText(out);
    }

    void source(Source source) {
        text.title(source.summary().name() + " sends as " + source.domain(), source.period());
        ReportsText.sourcesTable(List.of(source.summary())).write(out);
        out.println();
        text.paragraph("", source.advice());
        values("signed by (selector)", "valid", source.signatures());
        values("spf", "pass", source.spf());
        values("envelope domain", "pass", source.envelopes());
        values("author domain", "pass", source.authors());
        values("address", "pass", source.addresses());
        values("reported by", "pass", source.reporters());
        values("receivers say", "pass", source.reasons());
    }

    private void values(String heading, String passing, List<Source.Value> values) {
        if (values.isEmpty()) {
            return;
        }
        out.println();
        TextTable table = new TextTable(heading, ">messages", ">" + passing);
        values.stream()
                .limit(MAX_SHOWN)
                .forEach(value -> table.row(
                        value.text(), value.messages(), value.passing().text()));
        table.write(out);
        if (values.size() > MAX_SHOWN) {
            out.println("and " + (values.size() - MAX_SHOWN) + " more (see --json)");
        }
    }

    void ready(Readiness ready) {
        text.title(
                "Is " + ready.domain() + " ready for p=reject? "
                        + capital(ready.answer().text()),
                ready.period());
        ready.reasons().forEach(reason -> text.paragraph(reason.outcome().text(), reason.evidence()));
        out.println();
        text.paragraph("", "Next: " + ready.next());
        out.println();
        if (ready.wouldRefuse().part() == 0) {
            out.println("No message would have been refused.");
            return;
        }
        text.paragraph(
                "",
                "With p=reject, " + TextTable.number(ready.wouldRefuse().part()) + " of "
                        + TextTable.number(ready.wouldRefuse().whole()) + " messages ("
                        + ready.wouldRefuse().text() + ") would have been refused:");
        TextTable table = new TextTable("source", "kind", ">messages");
        ready.refused()
                .forEach(source -> table.row(
                        source.name().equals("*") ? "(other sources)" : source.name(),
                        source.kind().text(),
                        source.messages()));
        table.write(out);
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    void selectors(Selectors selectors) {
        text.title("DKIM selectors of " + selectors.domain(), selectors.period());
        if (selectors.selectors().isEmpty()) {
            out.println("no data");
            return;
        }
        TextTable table = new TextTable("selector", ">messages", ">valid", "last", "key in DNS", "state");
        for (Selectors.Selector selector : selectors.selectors()) {
            table.row(
                    selector.selector()
                            + (selector.signer().equals(selectors.domain()) ? "" : " (" + selector.signer() + ")"),
                    selector.valid().whole(),
                    selector.valid().text(),
                    selector.lastSeen().map(day -> day.toString().substring(2)).orElse("never"),
                    selector.key(),
                    selector.state().text());
        }
        table.write(out);
    }

    void others(OtherDomains others) {
        text.title("Our reports about other domains", others.period());
        if (others.domains().isEmpty()) {
            out.println("No report was made. Reports are sent if reports.send names an address to send from.");
        } else {
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
                out.println("and " + TextTable.number(others.more()) + " more");
            }
            if (others.domains().stream().anyMatch(domain -> !domain.why().isEmpty())) {
                out.println();
                others.domains().stream()
                        .filter(domain -> !domain.why().isEmpty())
                        .limit(MAX_SHOWN)
                        .forEach(domain -> text.paragraph("", "- " + domain.domain() + ": " + domain.why()));
            }
        }
        if (!others.suppressions().isEmpty()) {
            out.println();
            TextTable table = new TextTable("suppressed address", "until (UTC)", ">times", "why");
            others.suppressions()
                    .forEach(address -> table.row(
                            address.address(),
                            WhyText.time(address.until()),
                            address.times(),
                            TextTable.cut(Escapes.printable(address.why()), 30)));
            table.write(out);
        }
    }

    void received(ReceivedReports received) {
        text.title("Reports received", received.period());
        if (received.reporters().isEmpty()) {
            out.println("no data");
        } else {
            TextTable table = new TextTable("reporter", "auth", ">reports", ">messages", ">domains", "last (UTC)");
            received.reporters()
                    .forEach(reporter -> table.row(
                            reporter.name(),
                            reporter.auth(),
                            reporter.reports(),
                            reporter.messages(),
                            reporter.domains(),
                            WhyText.time(reporter.last())));
            table.write(out);
            received.reporters().stream()
                    .filter(reporter -> !reporter.remarks().isEmpty())
                    .forEach(this::remarks);
        }
        if (received.failures() > 0) {
            out.println();
            out.println("Failure reports: " + TextTable.number(received.failures()));
        }
    }

    private void remarks(ReceivedReports.Reporter reporter) {
        out.println();
        out.println("Deviations of " + Escapes.printable(reporter.name(), 200) + ":");
        reporter.remarks()
                .forEach(remark -> text.paragraph(
                        "", "- " + remark.text() + " (" + TextTable.number(remark.reports()) + " reports)"));
    }

    void refused(RefusedReports refused) {
        text.title("Reports refused", refused.period());
        if (refused.refused().isEmpty()) {
            out.println("none");
            return;
        }
        for (RefusedReports.RefusedReport report : refused.refused()) {
            text.paragraph(
                    "",
                    WhyText.time(report.at()) + " from "
                            + (report.sender().isEmpty() ? "unknown" : report.sender()) + ": " + report.why()
                            + (report.name().isEmpty()
                                    ? ""
                                    : " (" + report.name() + ", " + report.octets() + " octets)")
                            + (report.times() > 1 ? ", " + report.times() + " times" : ""));
        }
        if (refused.total() > refused.refused().size()) {
            out.println("and "
                    + TextTable.number(refused.total() - refused.refused().size()) + " more");
        }
    }
}

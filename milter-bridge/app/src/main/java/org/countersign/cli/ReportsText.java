package org.countersign.cli;

import java.io.PrintStream;
import org.countersign.reports.view.Overview;
import org.countersign.reports.view.Overview.DomainSummary;
import org.countersign.reports.view.ViewPeriod;
import org.countersign.syntax.Escapes;

/** Writes views of reports as text for a terminal of 80 columns. */
final class ReportsText {
    private final PrintStream out;

    ReportsText(PrintStream out) {
        this.out = out;
    }

    /** The first line of a view. */
    void title(String about, ViewPeriod period) {
        out.println(Escapes.printable(about) + ", " + period.first() + " to " + period.last() + " (UTC)"
                + (period.unauthenticated() ? ", with reports of unauthenticated senders" : ""));
        out.println();
    }

    void overview(Overview overview) {
        title("Mail in the name of our domains", overview.period());
        TextTable table = new TextTable("domain", ">messages", ">pass", ">failing", ">new", "policy", ">days");
        for (DomainSummary domain : overview.domains()) {
            boolean any = domain.passing().whole() > 0;
            table.row(
                    domain.domain(),
                    domain.passing().whole(),
                    domain.passing().text(),
                    any ? domain.failing() : "-",
                    any ? domain.newSources() : "-",
                    domain.policy(),
                    domain.daysWithData() + "/" + overview.period().days());
        }
        if (!table.isEmpty()) {
            table.write(out);
            out.println();
        }
        if (overview.unauthenticated() > 0) {
            out.println("Not counted: " + TextTable.number(overview.unauthenticated())
                    + " reports of unauthenticated senders (--unauthenticated).");
        }
        if (overview.isEmpty()) {
            setup(!overview.domains().isEmpty());
        } else {
            out.println("More: countersign reports show DOMAIN, sources DOMAIN, ready DOMAIN, selectors DOMAIN");
        }
    }

    /** What to configure if there is nothing to show. */
    void setup(boolean hasDomains) {
        out.println("No reports came in yet. To get reports about your domains:");
        int step = 1;
        if (!hasDomains) {
            out.println(step++ + ". Name your domains in the policy file: protect: [example.org], or signing.keys.");
        }
        out.println(step++ + ". Publish where to send them: _dmarc.example.org TXT");
        out.println("   \"v=DMARC1; p=none; rua=mailto:dmarc@example.org\"");
        out.println(step++ + ". Pass what comes to this address to countersign reports receive.");
        out.println("Reports come once a day, so the first ones come tomorrow. A file that you have:");
        out.println("   countersign reports receive FILE");
    }
}

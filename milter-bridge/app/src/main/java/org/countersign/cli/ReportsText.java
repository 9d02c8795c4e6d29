package org.countersign.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.countersign.reports.view.Digest;
import org.countersign.reports.view.DomainHistory;
import org.countersign.reports.view.Overview;
import org.countersign.reports.view.Overview.DomainSummary;
import org.countersign.reports.view.Share;
import org.countersign.reports.view.SourceKind;
import org.countersign.reports.view.Sources;
import org.countersign.reports.view.Sources.SourceSummary;
import org.countersign.reports.view.ViewPeriod;
import org.countersign.syntax.Escapes;

/** Writes views of domains as text for a terminal of 80 columns. Strangers choose some of the texts, so all are escaped. */
final class ReportsText {
    private static final int BAR_WIDTH = 46;
    private static final int INDENT = 12;
    private static final int MAX_SOURCES = 40;

    private final PrintStream out;

    ReportsText(PrintStream out) {
        this.out = out;
    }

    /** The first line of a view. */
    void title(String about, ViewPeriod period) {
        out.println(Escapes.printable(about) + ", " + period.first() + " to " + period.last() + " (UTC)"
                + (period.unauthenticated() ? ", unauthenticated too" : ""));
        out.println();
    }

    /** A text in lines of 80 columns. The first line begins with a label, the others with blanks. */
    void paragraph(String label, String text) {
        String escaped = Escapes.printable(text);
        StringBuilder line = new StringBuilder(label).append(" ".repeat(Math.max(0, INDENT - label.length())));
        if (label.isEmpty()) {
            line.setLength(0);
        }
        int indent = line.length();
        for (String word : escaped.split(" ", -1)) {
            if (line.length() > indent && line.length() + word.length() >= TextTable.WIDTH) {
                out.println(line.toString().stripTrailing());
                line.setLength(0);
                line.append(" ".repeat(indent));
            }
            line.append(word).append(' ');
        }
        out.println(line.toString().stripTrailing());
    }

    void overview(Overview overview) {
        title("Mail in the name of our domains", overview.period());
        table(overview);
        if (overview.unauthenticated() > 0 && !overview.period().unauthenticated()) {
            out.println("Not counted: " + TextTable.number(overview.unauthenticated())
                    + " reports of unauthenticated senders (see --unauthenticated).");
        }
        if (overview.isEmpty()) {
            setup(overview.domains().stream().map(DomainSummary::domain).toList());
        } else {
            out.println("More: countersign reports show DOMAIN, sources DOMAIN, ready DOMAIN");
        }
    }

    private void table(Overview overview) {
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
    }

    /** What to configure if there is nothing to show. */
    void setup(List<String> domains) {
        String domain = domains.isEmpty() ? "example.org" : Escapes.printable(domains.getFirst());
        out.println("No reports in these days. To get reports about your domains:");
        int step = 1;
        if (domains.isEmpty()) {
            out.println(step++ + ". Name your domains in the policy file: protect: [" + domain + "]");
        }
        out.println(step++ + ". Publish an address for reports: _dmarc." + domain + " TXT");
        out.println("   \"v=DMARC1; p=none; rua=mailto:dmarc@" + domain + "\"");
        out.println(step + ". Pass what comes to this address to countersign reports receive.");
        out.println("Receivers send reports once a day, so the first ones come tomorrow.");
        out.println("Files that you have: countersign reports receive FILE");
    }

    void history(DomainHistory history) {
        title("Mail in the name of " + history.domain(), history.period());
        DomainHistory.Day total = history.total();
        if (total.messages() == 0) {
            out.println("no data");
            return;
        }
        long most = history.days().stream()
                .mapToLong(DomainHistory.Day::messages)
                .max()
                .orElse(0);
        out.println("day         messages      pass  # pass  > forwarded  ! known failing  ? unknown");
        for (DomainHistory.Day day : history.days()) {
            String text = day.hasData()
                    ? right(TextTable.number(day.messages()), 8) + "  "
                            + right(day.share().text(), 8) + "  " + bar(day, most)
                    : " no data";
            out.println((day.date() + "  " + text).stripTrailing());
        }
        out.println();
        new TextTable("total", ">messages", ">of all")
                .row("pass", total.passing(), total.share().text())
                .row("forwarded", total.forwarded(), share(total.forwarded(), total))
                .row("known but failing", total.knownFailing(), share(total.knownFailing(), total))
                .row("unknown", total.unknown(), share(total.unknown(), total))
                .write(out);
    }

    private static String share(long part, DomainHistory.Day total) {
        return new Share(part, total.messages()).text();
    }

    /** One column for each part of the messages of the largest day. Whatever occurs has a column. */
    private static String bar(DomainHistory.Day day, long most) {
        return part('#', day.passing(), most)
                + part('>', day.forwarded(), most)
                + part('!', day.knownFailing(), most)
                + part('?', day.unknown(), most);
    }

    private static String part(char mark, long messages, long most) {
        // Four parts may be rounded up.
        long columns = messages == 0 ? 0 : Math.max(1, Math.round((BAR_WIDTH - 4.0) * messages / most));
        return String.valueOf(mark).repeat((int) columns);
    }

    private static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }

    void sources(Sources sources) {
        title("Sources of mail in the name of " + sources.domain(), sources.period());
        if (sources.sources().isEmpty()) {
            out.println("no data");
            return;
        }
        List<SourceSummary> listed =
                sources.sources().subList(0, Math.min(sources.sources().size(), MAX_SOURCES));
        sourcesTable(listed).write(out);
        List<SourceSummary> rest =
                sources.sources().subList(listed.size(), sources.sources().size());
        long messages = sources.moreMessages()
                + rest.stream().mapToLong(SourceSummary::messages).sum();
        if (messages > 0) {
            out.println("and " + TextTable.number(sources.more() + rest.size()) + " more with "
                    + TextTable.number(messages) + " messages (see --json)");
        }
        List<SourceSummary> advised = sources.sources().stream()
                .filter(source -> !source.advice().isEmpty())
                .toList();
        if (!advised.isEmpty()) {
            out.println();
            out.println("What to do:");
            advised.forEach(source -> paragraph("", "- " + source.name() + ": " + source.advice() + "."));
        }
        out.println();
        out.println(
                "A name is a hint. More: countersign reports source " + Escapes.printable(sources.domain()) + " NAME");
    }

    static TextTable sourcesTable(List<SourceSummary> sources) {
        TextTable table = new TextTable("source", "kind", ">messages", ">dkim", ">spf", "first", "last");
        for (SourceSummary source : sources) {
            table.row(
                    source.name().equals("*") ? "(other sources)" : source.name(),
                    kind(source),
                    source.messages(),
                    percent(source.dkim()),
                    percent(source.spf()),
                    source.firstSeen().toString().substring(2),
                    source.lastSeen().toString().substring(2));
        }
        return table;
    }

    private static String kind(SourceSummary source) {
        return source.kind() == SourceKind.KNOWN_FAILING
                ? "failing"
                : source.kind().text();
    }

    private static String percent(Share share) {
        return share.perMille()
                .map(tenths -> tenths / 10 + "." + tenths % 10 + "%")
                .orElse("-");
    }

    void digest(Digest digest) {
        title("DMARC digest", digest.overview().period());
        table(digest.overview());
        for (Digest.DomainDigest domain : digest.domains()) {
            out.println(Escapes.printable(domain.domain()));
            for (String line : lines(domain)) {
                paragraph("", "- " + line);
            }
            out.println();
        }
        if (digest.domains().isEmpty()) {
            out.println("no data");
        }
        out.println("Reports received: " + TextTable.number(digest.reports()) + ", refused: "
                + TextTable.number(digest.refused()));
    }

    private static List<String> lines(Digest.DomainDigest domain) {
        List<String> lines = new ArrayList<>();
        lines.add(TextTable.number(domain.passing().whole()) + " messages, "
                + domain.passing().text() + " passed (before: "
                + TextTable.number(domain.before().whole()) + " messages, "
                + domain.before().text() + ")");
        for (SourceSummary source : domain.failing()) {
            lines.add(source.name() + " (" + source.kind().text() + "): "
                    + TextTable.number(source.passing().rest()) + " messages failed"
                    + (source.advice().isEmpty() ? "" : "; " + source.advice()));
        }
        if (domain.unknown() > 0) {
            lines.add(TextTable.number(domain.unknown()) + " messages of unknown sources failed");
        }
        if (domain.newSenders() > 0) {
            lines.add("new senders in the last 14 days: " + domain.newSenders());
        }
        lines.add("ready for p=reject: " + domain.ready().answer().text() + ". "
                + domain.ready().next());
        return lines;
    }
}

package org.countersign.cli;

import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.explain.FoldedLines;
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
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm").withZone(ZoneOffset.UTC);
    private static final int BAR_WIDTH = 46;
    private static final int LABEL_WIDTH = 12;
    private static final int MAX_NAMED = 5;
    private static final int MAX_SOURCES = 40;
    private static final int DEFAULT_DAYS = 30;

    private final PrintStream out;

    ReportsText(PrintStream out) {
        this.out = out;
    }

    /** The first lines of a view. */
    void title(String about, ViewPeriod period) {
        String days = period.first() + " to " + period.last() + " (UTC)"
                + (period.unauthenticated() ? ", unauthenticated reports too" : "");
        String text = Escapes.printable(about);
        String one = text + (text.endsWith("?") ? " " : ", ") + days;
        if (one.length() <= TextTable.WIDTH) {
            out.println(one);
        } else {
            out.println(text);
            out.println(days);
        }
        out.println();
    }

    /** A text after a label, folded to 80 columns. It continues below its own beginning. */
    void labelled(String label, String text) {
        fold(label + " ".repeat(Math.max(0, LABEL_WIDTH - label.length())), text);
    }

    /** A sentence, folded to 80 columns. */
    void sentence(String text) {
        fold("", text);
    }

    /** An item of a list, folded to 80 columns. */
    void item(String text) {
        fold("- ", text);
    }

    /** A time in UTC, to the minute: {@code 2026-11-28 12:00}. */
    static String minute(Instant time) {
        return MINUTE.format(time);
    }

    private void fold(String label, String text) {
        FoldedLines.fold(label, Escapes.printable(text)).forEach(out::println);
    }

    /**
     * @param last when the last report came, in these days or before
     */
    void overview(Overview overview, Optional<Instant> last) {
        title("Mail in the name of our domains", overview.period());
        table(overview);
        if (overview.unauthenticated() > 0 && !overview.period().unauthenticated()) {
            out.println("Not counted: " + TextTable.counted(overview.unauthenticated(), "report")
                    + " of unauthenticated senders (see --unauthenticated).");
        }
        if (overview.isEmpty()) {
            nothing(overview.domains().stream().map(DomainSummary::domain).toList(), last, overview.period());
        } else {
            out.println("More: countersign reports show DOMAIN, sources DOMAIN, ready DOMAIN");
        }
    }

    private void table(Overview overview) {
        TextTable table = new TextTable("domain", ">messages", ">pass", ">failed", ">new", "policy", ">days");
        for (DomainSummary domain : overview.domains()) {
            boolean any = domain.passing().whole() > 0;
            table.row(
                    domain.domain(),
                    domain.passing().whole(),
                    any ? domain.passing().text() : "-",
                    any ? domain.failing() : "-",
                    any ? domain.newSources() : "-",
                    domain.policy(),
                    domain.daysWithData() + "/" + overview.period().days());
        }
        if (table.isEmpty()) {
            return;
        }
        table.write(out);
        if (overview.more()) {
            out.println("There are more than these " + TextTable.number(Overview.MAX_DOMAINS)
                    + " domains: countersign reports show DOMAIN");
        }
        if (!overview.isEmpty()) {
            out.println();
            labelled("failed", "messages that failed DMARC, without forwarded ones");
            labelled("new", "senders whose first pass was in the last 14 days");
            labelled("days", "days with data; reports about a day come on the next one");
        }
        out.println();
    }

    /**
     * What to do if there is nothing to show.
     *
     * @param last when the last report came: then there is nothing to configure
     * @param period the days in which there is nothing
     */
    void nothing(List<String> domains, Optional<Instant> last, ViewPeriod period) {
        if (last.isEmpty()) {
            setup(domains);
            return;
        }
        out.println("No reports in these days. The last one came at " + minute(last.get()) + " UTC.");
        out.println("Reports about a day come on the next one. More days: --days "
                + (period.days() < DEFAULT_DAYS ? DEFAULT_DAYS : ViewPeriod.MAX_DAYS));
        out.println("What came in and was refused: countersign reports refused");
    }

    /** How to get reports. */
    void setup(List<String> domains) {
        String domain = domains.isEmpty() ? "example.org" : Escapes.printable(domains.getFirst());
        out.println("No reports in these days. To get reports about your domains:");
        int step = 1;
        if (domains.isEmpty()) {
            out.println(step++ + ". Name your domains in the policy file: protect: [" + domain + "]");
        }
        out.println(step++ + ". Publish an address for reports, in the DNS: _dmarc." + domain + " TXT");
        out.println("   \"v=DMARC1; p=none; rua=mailto:dmarc@" + domain + "\"");
        out.println("   If there is such a record, only add rua to it.");
        out.println(step++ + ". Pass the mail to this address on. For Postfix, at the end of");
        out.println("   master.cf, without spaces before the first word:");
        out.println("   countersign-reports unix - n n - 2 pipe flags=R user=countersign");
        out.println("     argv=/usr/bin/countersign reports receive --recipient=${recipient}");
        out.println("   and in the file of transport_maps: dmarc@" + domain + " countersign-reports:");
        out.println("   A mailbox is another way: reports.receive.imap.");
        out.println(step + ". Wait a day: receivers send reports once a day.");
        out.println("The service counts a report within a minute after it came in.");
        out.println("What came in and was refused: countersign reports refused");
        out.println("Reports that you have as files: countersign reports receive FILE");
    }

    /** What to do if reports came in, but none about a domain. */
    private void noReportAbout(String domain) {
        sentence("No report about " + domain + " in these days.");
        sentence("Its DMARC record needs an address for reports: rua=mailto:...");
        sentence("The service counts a report within a minute after it came in.");
        sentence("More days: --days " + ViewPeriod.MAX_DAYS + ". What was refused: countersign reports refused");
    }

    void history(DomainHistory history) {
        title("Mail in the name of " + history.domain(), history.period());
        DomainHistory.Day total = history.total();
        if (total.messages() == 0) {
            noReportAbout(history.domain());
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
                    : day.date().equals(history.period().last()) ? "no report yet" : "no report";
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
            noReportAbout(sources.domain());
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
            advised.forEach(source -> item(source.name() + ": " + source.advice() + "."));
        }
        out.println();
        sentence("Names of services are hints: anybody may send through a service.");
        sentence("More: countersign reports source " + sources.domain() + " NAME");
    }

    private static TextTable sourcesTable(List<SourceSummary> sources) {
        TextTable table = new TextTable("source", "kind", ">messages", ">DKIM %", ">SPF %", "first seen", "last seen");
        for (SourceSummary source : sources) {
            table.row(
                    name(source.name()),
                    kind(source.kind()),
                    source.messages(),
                    percent(source.dkim()),
                    percent(source.spf()),
                    source.firstSeen(),
                    source.lastSeen());
        }
        return table;
    }

    /** The name of a source. */
    static String name(String source) {
        return source.equals("*") ? "(other sources)" : source;
    }

    /** The kind of a source, for a narrow column. */
    static String kind(SourceKind kind) {
        return kind == SourceKind.KNOWN_FAILING ? "failing" : kind.text();
    }

    private static String percent(Share share) {
        return share.number().orElse("-");
    }

    /**
     * @param domains our own domains
     * @param last when the last report came, in these days or before
     */
    void digest(Digest digest, List<String> domains, Optional<Instant> last) {
        title("DMARC digest", digest.overview().period());
        if (digest.domains().isEmpty()) {
            nothing(domains, last, digest.overview().period());
        } else {
            table(digest.overview());
            for (Digest.DomainDigest domain : digest.domains()) {
                out.println(Escapes.printable(domain.domain()));
                lines(domain, digest.overview().period().days()).forEach(this::item);
                out.println();
            }
        }
        out.println("Reports received: " + TextTable.number(digest.reports()) + ", refused: "
                + TextTable.number(digest.refused())
                + (digest.refused() > 0 ? " (countersign reports refused)" : ""));
    }

    private static List<String> lines(Digest.DomainDigest domain, int days) {
        List<String> lines = new ArrayList<>();
        lines.add(TextTable.counted(domain.passing().whole(), "message") + ", "
                + domain.passing().text() + " passed. The " + TextTable.counted(days, "day") + " before: "
                + (domain.before().whole() == 0
                        ? "no report."
                        : TextTable.counted(domain.before().whole(), "message") + ", "
                                + domain.before().text() + "."));
        for (SourceSummary source : domain.failing()) {
            lines.add(source.name() + " (" + source.kind().text() + "): "
                    + TextTable.counted(source.passing().rest(), "message") + " failed"
                    + (source.advice().isEmpty() ? "." : ": " + source.advice() + "."));
        }
        if (domain.unknown() > 0) {
            lines.add(TextTable.counted(domain.unknown(), "message") + " of unknown sources failed.");
        }
        if (!domain.newSenders().isEmpty()) {
            lines.add("New in the last 14 days: " + firstOf(domain.newSenders()) + ". Make sure that you know "
                    + (domain.newSenders().size() == 1 ? "it." : "them."));
        }
        lines.add("Ready for p=reject: " + domain.ready().answer().text() + ". "
                + domain.ready().next() + " (countersign reports ready " + domain.domain() + ")");
        return lines;
    }

    private static String firstOf(List<String> names) {
        int more = names.size() - MAX_NAMED;
        return String.join(", ", names.subList(0, Math.min(MAX_NAMED, names.size())))
                + (more > 0 ? " and " + more + " more" : "");
    }
}

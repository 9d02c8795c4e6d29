package org.countersign.doctor;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.dmarc.RecordQuery;
import org.countersign.dmarc.RecordQuery.Finding.LookupFailed;
import org.countersign.dmarc.RecordQuery.Finding.NoRecord;
import org.countersign.dmarc.RecordQuery.Finding.Published;
import org.countersign.dmarc.RecordQuery.Finding.Several;
import org.countersign.doctor.SpfNode.SpfTerm;
import org.countersign.doctor.SpfNode.Status;
import org.countersign.domain.IpNetwork;
import org.countersign.explain.TextStyle;
import org.countersign.explain.TextStyle.Tone;
import org.countersign.explain.TextTree;
import org.countersign.spf.SpfLimits;
import org.countersign.spf.SpfResult;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;

/** Writes an examination for people. Everything that strangers have published is escaped, bounded and in quotes. */
public final class DoctorText {
    private static final int MAX_SHOWN = 600;
    private static final int MAX_TERM = 120;
    // A record that is in order has some dozen terms, with those below.
    private static final int MAX_TERMS = 200;
    private static final List<String> PROTOCOLS =
            List.of("spf", "dkim", "dmarc", "mx", "dnssec", "mta-sts", "tlsrpt", "bimi", "ns");

    private final PrintStream out;
    private final TextStyle style;

    /**
     * @param out stays open
     */
    public DoctorText(PrintStream out, TextStyle style) {
        this.out = out;
        this.style = style;
    }

    /** Writes the trees, the findings and the sums of one domain. */
    public void write(Examination examination) {
        out.println(style.paint(Tone.HEADING, examination.domain().toString()));
        spf(examination);
        dkim(examination);
        dmarc(examination);
        findings(examination.findings(), examination.publish());
        inOrder(examination);
        out.println("  " + sums(examination.findings()));
    }

    /** Writes findings that belong to no domain. */
    public void findings(List<Finding> findings) {
        findings(findings, List.of());
    }

    /**
     * Writes findings of a domain.
     *
     * @param publish what corrects all findings of the domain together
     */
    public void findings(List<Finding> findings, List<DnsChange> publish) {
        Set<DnsChange> written = new LinkedHashSet<>();
        for (Finding finding : findings) {
            out.println();
            finding(finding, publish, written);
        }
        if (!findings.isEmpty()) {
            out.println();
        }
    }

    private void lines(String heading, TextTree tree) {
        tree.lines(heading, style).forEach(out::println);
    }

    private void spf(Examination examination) {
        SpfNode node = examination.spf();
        if (node.status() != Status.READ) {
            lines("  SPF    ", TextTree.of(Escapes.printable(node.detail(), MAX_TERM)));
            return;
        }
        TextTree tree = TextTree.of(arithmetic(node));
        Lines terms = new Lines();
        node.terms().forEach(term -> add(tree, term, terms));
        examination.senders().forEach(result -> tree.add(sender(result)));
        lines("  SPF    ", tree);
    }

    /** {@code 192.0.2.1: pass by ip4:192.0.2.0/24, after 3 of 10 lookups}. */
    private static String sender(SpfResult result) {
        return result.evidence().client().map(IpNetwork::renderAddress).orElse("unknown") + ": " + result.keyword()
                + result.mechanism()
                        .map(term -> " by " + Escapes.printable(term, MAX_TERM))
                        .orElse("")
                + ", after " + result.evidence().dnsTerms() + " of " + SpfLimits.DEFAULT.dnsTerms() + " lookups";
    }

    /** How many terms of a tree have been written. */
    private static final class Lines {
        private int count;
    }

    private void add(TextTree tree, SpfTerm term, Lines terms) {
        if (++terms.count <= MAX_TERMS) {
            tree.add(term(term, terms));
        } else if (terms.count == MAX_TERMS + 1) {
            tree.add("and more terms, which are not shown");
        }
    }

    /** {@code 8 of 10 lookups (own terms 2, include:spf.provider.example 6), 0 of 2 void}. */
    static String arithmetic(SpfNode node) {
        List<String> parts = new ArrayList<>();
        node.terms().stream()
                .filter(term ->
                        term.leadsTo().isPresent() && term.leadsTo().get().lookups() > 0)
                .forEach(term ->
                        parts.add(shown(term) + " " + term.leadsTo().get().lookups()));
        String sum =
                parts.isEmpty() ? "" : " (own terms " + node.ownLookups() + ", below " + String.join(", ", parts) + ")";
        return node.lookups() + " of " + SpfLimits.DEFAULT.dnsTerms() + " lookups" + sum + ", " + node.voids(false)
                + " of "
                + SpfLimits.DEFAULT.voidLookups() + " void"
                + (node.voids(true) > node.voids(false) ? ", for IPv6 clients " + node.voids(true) : "");
    }

    private static String shown(SpfTerm term) {
        return Escapes.printable(term.text(), MAX_TERM);
    }

    private TextTree term(SpfTerm term, Lines terms) {
        List<String> notes = new ArrayList<>();
        if (term.cost() > 0) {
            notes.add(
                    term.leadsTo().isPresent() && term.lookups() > term.cost()
                            ? term.cost() + ", with those below " + term.lookups()
                            : Integer.toString(term.cost()));
        }
        if (term.isVoid()) {
            notes.add(term.voidIpv4() ? "VOID" : "void for IPv6 clients");
        }
        if (!term.note().isEmpty()) {
            notes.add(Escapes.printable(term.note(), MAX_TERM));
        }
        String text = shown(term) + (notes.isEmpty() ? "" : "  [" + String.join("; ", notes) + "]");
        TextTree tree = TextTree.of(text);
        term.leadsTo().ifPresent(node -> {
            if (node.status() == Status.READ) {
                node.terms().forEach(below -> add(tree, below, terms));
            } else {
                tree.add(TextTree.of(
                        Ascii.lower(node.status().name()) + " ", Tone.BAD, Escapes.printable(node.detail(), MAX_TERM)));
            }
        });
        return tree;
    }

    private void dkim(Examination examination) {
        lines(
                "  DKIM   ",
                TextTree.of(
                        examination.keys().isEmpty()
                                ? noKey(examination.findings())
                                : Escapes.printable(String.join("; ", examination.keys()), MAX_SHOWN)));
    }

    private static String noKey(List<Finding> findings) {
        if (findings.stream().anyMatch(finding -> finding.id() == FindingId.DNS_UNAVAILABLE)) {
            return "no key found, but not every query was answered";
        }
        return "no key found; selectors are known from --selector, --config or --from-mail only";
    }

    private void dmarc(Examination examination) {
        boolean known =
                examination.walk().queries().stream().noneMatch(query -> query.finding() instanceof LookupFailed);
        TextTree tree = TextTree.of(
                known || !examination.policies().isEmpty()
                        ? policies(examination.policies())
                        : "policy not known, because a query gave no answer");
        for (RecordQuery query : examination.walk().queries()) {
            tree.add("_dmarc." + query.name() + "  " + answer(query));
        }
        tree.add("Organizational Domain "
                + examination
                        .walk()
                        .organizationalDomain()
                        .map(Object::toString)
                        .orElse("not known"));
        if (!examination.older().equals(examination.policies())) {
            tree.add("older receivers (RFC 7489): " + policies(examination.older()));
        }
        lines("  DMARC  ", tree);
    }

    private static String policies(List<DmarcPolicy> policies) {
        return policies.isEmpty()
                ? "no policy applies"
                : policies.get(0).keyword() + " for the domain, "
                        + policies.get(1).keyword() + " for names below it, "
                        + policies.get(2).keyword() + " for names that do not exist";
    }

    private static String answer(RecordQuery query) {
        return switch (query.finding()) {
            case Published published -> "record";
            case Several(int count) -> count + " records, none of which counts";
            case NoRecord none -> "nothing";
            case LookupFailed(String detail) -> "no answer: " + Escapes.printable(detail, MAX_TERM);
        };
    }

    private void finding(Finding finding, List<DnsChange> publish, Set<DnsChange> written) {
        String word = Ascii.lower(finding.severity().name());
        TextTree.of(
                        word + " ".repeat("warning  ".length() - word.length()),
                        tone(finding.severity()),
                        finding.id().keyword() + "  at " + Escapes.printable(finding.name(), MAX_SHOWN))
                .lines("  ", style)
                .forEach(out::println);
        if (!finding.published().isEmpty()) {
            out.println(
                    folded("is       ", '"' + Escapes.printable(finding.published(), MAX_SHOWN) + '"', Tone.FOREIGN));
        }
        String clause = finding.id().clause().isEmpty() ? "" : " [" + clause(finding) + "]";
        out.println(folded("why      ", Escapes.printable(finding.sentence(), 2 * MAX_SHOWN) + clause, Tone.PLAIN));
        for (DnsChange own : finding.changes()) {
            change(own, publish, written);
        }
    }

    /** Two findings about one record have one line that corrects both, under the first of them. */
    private void change(DnsChange own, List<DnsChange> publish, Set<DnsChange> written) {
        DnsChange change =
                publish.stream().filter(own::isOfSameRecords).findFirst().orElse(own);
        if (!written.add(change)) {
            out.println("  publish  the line for " + own.name() + " above, which corrects this too");
            return;
        }
        // Never folded: it is to be copied.
        change.zoneLines()
                .forEach(line -> out.println("  " + (line.startsWith(";") ? "         " : "publish  ") + line));
    }

    private String clause(Finding finding) {
        return style.unicode() ? finding.id().clause() : finding.id().clause().replace("\u00a7", "section ");
    }

    private String folded(String label, String text, Tone tone) {
        return TextTree.of(text).lines("  " + label, style).stream()
                .map(line -> tone == Tone.FOREIGN && style.colours()
                        ? line.substring(0, label.length() + 2) + style.paint(tone, line.substring(label.length() + 2))
                        : line)
                .collect(Collectors.joining(System.lineSeparator()));
    }

    private static Tone tone(Severity severity) {
        return switch (severity) {
            case ERROR -> Tone.BAD;
            case WARNING, UNKNOWN -> Tone.WARNING;
            case HINT, INFO -> Tone.PLAIN;
        };
    }

    private void inOrder(Examination examination) {
        Set<String> good = new LinkedHashSet<>(PROTOCOLS);
        for (Finding finding : examination.findings()) {
            String id = finding.id().keyword();
            good.removeIf(protocol -> id.equals(protocol) || id.startsWith(protocol + "-"));
            if (finding.id() == FindingId.DNS_UNAVAILABLE) {
                good.clear();
            }
        }
        if (examination.keys().isEmpty()) {
            good.remove("dkim");
        }
        if (examination.servers().stream().allMatch(answers -> answers.servers().isEmpty())) {
            good.remove("ns");
            good.remove("dnssec");
        }
        if (!good.isEmpty()) {
            lines("  ", TextTree.of("in order  ", Tone.GOOD, String.join(", ", good)));
        }
    }

    /** {@code 1 error, 2 warnings, 1 hint}. */
    static String sums(List<Finding> findings) {
        List<String> parts = new ArrayList<>();
        for (Severity severity : Severity.values()) {
            long count = findings.stream()
                    .filter(finding -> finding.severity() == severity)
                    .count();
            if (count > 0) {
                String word = Ascii.lower(severity.name());
                boolean plural = count > 1 && severity != Severity.INFO && severity != Severity.UNKNOWN;
                parts.add(count + " " + word + (plural ? "s" : ""));
            }
        }
        return parts.isEmpty() ? "nothing found" : String.join(", ", parts);
    }

    /** Writes only the lines to publish, each under comments with what it corrects. */
    public void changes(Examination examination, ChangeForm form) {
        Set<Finding> explained = new LinkedHashSet<>();
        for (DnsChange change : examination.publish()) {
            for (Finding finding : examination.findings()) {
                if (finding.changes().stream().anyMatch(change::isOfSameRecords) && explained.add(finding)) {
                    out.println((form == ChangeForm.PANEL ? "# " : "; ")
                            + finding.id().keyword() + ": " + Escapes.printable(finding.sentence(), MAX_SHOWN));
                }
            }
            form.lines(change).forEach(out::println);
        }
    }

    /** How lines to publish are written. */
    public enum ChangeForm {
        /** Lines of a zone file. */
        ZONE,
        /** Name and value apart, for the web page of a provider. */
        PANEL,
        /** Commands for nsupdate(1). */
        NSUPDATE;

        List<String> lines(DnsChange change) {
            return switch (this) {
                case ZONE -> change.zoneLines();
                case PANEL -> change.panelLines();
                case NSUPDATE -> change.updateLines();
            };
        }
    }
}

package org.countersign.cli;

import java.io.PrintStream;
import java.util.List;
import org.countersign.reports.view.Readiness;
import org.countersign.reports.view.Selectors;
import org.countersign.reports.view.Share;
import org.countersign.reports.view.Source;
import org.countersign.reports.view.SourceKind;
import org.countersign.reports.view.Sources.SourceSummary;

/** Writes one source, selectors, and an answer with its reasons, for a terminal of 80 columns. Strangers' texts are escaped. */
final class ReportDetailsText {
    private static final int MAX_SHOWN = 10;
    private static final String NO_COLUMN = "";

    private final PrintStream out;
    private final ReportsText text;

    ReportDetailsText(PrintStream out) {
        this.out = out;
        this.text = new ReportsText(out);
    }

    void source(Source source) {
        SourceSummary summary = source.summary();
        text.title(ReportsText.name(summary.name()) + " as a source of " + source.domain(), source.period());
        text.labelled("kind", summary.kind().text() + ": " + meaning(summary.kind()));
        text.labelled("messages", messages(summary));
        text.labelled("DKIM", summary.dkim().text() + " have a valid signature of " + source.domain());
        text.labelled("SPF", summary.spf().text() + " pass SPF for " + source.domain());
        text.labelled("seen", summary.firstSeen() + " to " + summary.lastSeen());
        if (!source.advice().isEmpty()) {
            out.println();
            text.labelled("What to do:", source.advice());
        }
        values("signing domain and selector", "valid", source.signatures());
        values("SPF domain and result", NO_COLUMN, source.spf());
        values("domain of MAIL FROM", "DMARC pass", source.envelopes());
        if (!isOnly(source.domain(), source.authors())) {
            values("author domain", "DMARC pass", source.authors());
        }
        values("address of the client", "DMARC pass", source.addresses());
        values("reported by", "DMARC pass", source.reporters());
        values("reason of the receiver for another action", NO_COLUMN, source.reasons());
    }

    private static String messages(SourceSummary summary) {
        Share failed = new Share(summary.passing().rest(), summary.messages());
        String result;
        if (failed.part() == 0) {
            result = ", all passed DMARC";
        } else if (failed.rest() == 0) {
            result = ", all failed DMARC";
        } else {
            result = ", of which " + TextTable.number(failed.part()) + " failed DMARC (" + failed.text() + ")";
        }
        return TextTable.number(summary.messages())
                + result
                + (summary.refused() > 0
                        ? "; " + TextTable.number(summary.refused()) + " were quarantined or rejected"
                        : "");
    }

    private static String meaning(SourceKind kind) {
        return switch (kind) {
            case OURS -> "most of its mail comes from our own networks";
            case SENDER -> "an aligned pass in the last 90 days";
            case FORWARDER -> "it passes on mail that others sent";
            case KNOWN_FAILING -> "it was a sender, or has our name, and its mail fails";
            case UNKNOWN -> "nothing connects it with the domain";
        };
    }

    private static boolean isOnly(String domain, List<Source.Value> values) {
        return values.size() == 1 && values.getFirst().text().equals(domain);
    }

    /**
     * A table of values.
     *
     * @param passing the heading of the percentage; none is shown if it is empty
     */
    private void values(String heading, String passing, List<Source.Value> values) {
        if (values.isEmpty()) {
            return;
        }
        out.println();
        boolean shares = !passing.isEmpty();
        TextTable table =
                shares ? new TextTable(heading, ">messages", ">" + passing) : new TextTable(heading, ">messages");
        for (Source.Value value : values.subList(0, Math.min(MAX_SHOWN, values.size()))) {
            if (shares) {
                table.row(value.text(), value.messages(), value.passing().text());
            } else {
                table.row(value.text(), value.messages());
            }
        }
        table.write(out);
        if (values.size() > MAX_SHOWN) {
            out.println("and " + (values.size() - MAX_SHOWN) + " more (see --json)");
        }
    }

    void ready(Readiness ready) {
        text.title("Is " + ready.domain() + " ready for p=reject?", ready.period());
        text.labelled("Answer", capital(ready.answer().text()) + ".");
        text.labelled("Next", ready.next());
        out.println();
        ready.reasons().forEach(reason -> text.labelled(reason.outcome().text(), reason.evidence()));
        out.println();
        if (ready.wouldRefuse().part() == 0) {
            out.println(
                    ready.wouldRefuse().whole() == 0
                            ? "No message was reported. See countersign reports for what to configure."
                            : "With p=reject, no message would have been refused.");
            return;
        }
        text.sentence("With p=reject, " + TextTable.number(ready.wouldRefuse().part()) + " of "
                + TextTable.counted(ready.wouldRefuse().whole(), "message") + " ("
                + ready.wouldRefuse().text() + ") would have been refused:");
        TextTable table = new TextTable("source", "kind", ">messages");
        ready.refused()
                .forEach(source ->
                        table.row(ReportsText.name(source.name()), ReportsText.kind(source.kind()), source.messages()));
        table.write(out);
        out.println();
        text.sentence("More: countersign reports source " + ready.domain() + " NAME");
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    void selectors(Selectors selectors) {
        text.title("DKIM selectors of " + selectors.domain(), selectors.period());
        if (selectors.selectors().isEmpty()) {
            text.sentence("No report shows a signature of " + selectors.domain()
                    + ", and the policy file has no key for it. To make one: countersign keygen --domain "
                    + selectors.domain());
            return;
        }
        TextTable table = new TextTable("selector", ">messages", ">valid", "last valid", "key in DNS", "state");
        for (Selectors.Selector selector : selectors.selectors()) {
            table.row(
                    name(selector, selectors.domain()),
                    selector.valid().whole(),
                    selector.valid().whole() == 0 ? "-" : selector.valid().text(),
                    selector.lastSeen().map(Object::toString).orElse("never"),
                    selector.key(),
                    selector.state().text());
        }
        table.write(out);
        if (selectors.selectors().stream().anyMatch(selector -> selector.key() instanceof Selectors.Key.Unknown)) {
            out.println();
            text.sentence("unknown: the DNS was not asked (--no-dns), or did not answer.");
        }
        List<Selectors.Selector> advised = selectors.selectors().stream()
                .filter(selector -> !selector.advice().isEmpty())
                .toList();
        if (!advised.isEmpty()) {
            out.println();
            out.println("What to do:");
            advised.forEach(selector -> text.item(name(selector, selectors.domain()) + ": " + selector.advice() + "."));
        }
    }

    private static String name(Selectors.Selector selector, String domain) {
        return selector.selector() + (selector.signer().equals(domain) ? "" : " (" + selector.signer() + ")");
    }
}

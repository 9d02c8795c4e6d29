package org.countersign.explain;

import java.util.ArrayList;
import java.util.List;
import org.countersign.explain.TextStyle.Tone;

/**
 * Writes the explanation of a message for a person at a terminal. The verdict and its reason come first, in a sentence. Each
 * result has a line, with a tree of its evidence below. At last comes what would change the verdict. All text of strangers is escaped.
 */
public final class VerdictText {
    private static final int LABEL = 10;
    private static final int MAX_SHOWN_RECORD = 300;

    private final Members tree;
    private final TextStyle style;
    private final boolean detailed;
    private final List<String> lines = new ArrayList<>();

    private VerdictText(Explanation.Group tree, TextStyle style, boolean detailed) {
        this.tree = new Members(tree);
        this.style = style;
        this.detailed = detailed;
    }

    /**
     * The lines of the text.
     *
     * @param explanation from {@link MessageExplanation#full}
     * @param context plain members that are shown below the verdict, one line each
     * @param detailed whether each line has the clause of the RFC, what was looked up and what was compared
     */
    public static List<String> lines(
            Explanation.Group explanation, Explanation.Group context, TextStyle style, boolean detailed) {
        VerdictText text = new VerdictText(explanation, style, detailed);
        text.verdict();
        text.lines.add("");
        new Members(context).plain().forEach((key, value) -> text.row(key, TextTree.of(value)));
        switch (text.tree.textOrEmpty("flow")) {
            case "inbound" -> text.inbound();
            case "outbound" -> text.outbound();
            default -> {}
        }
        return List.copyOf(text.lines);
    }

    private void row(String label, TextTree text) {
        String padded = label.length() < LABEL ? label + " ".repeat(LABEL - label.length()) : label + " ";
        lines.addAll(text.lines(padded, style));
    }

    private void heading(String title) {
        lines.add("");
        lines.add(style.paint(Tone.HEADING, title));
    }

    private void verdict() {
        String verdict = tree.textOrEmpty("verdict");
        String judged = tree.textOrEmpty("judged");
        String reply = tree.text("reply").map(text -> "  " + codes(text)).orElse("");
        boolean carriedOut = verdict.equals(judged);
        TextTree first = carriedOut
                ? TextTree.of(verdict, Tone.of(verdict), reply + "  by rule " + tree.textOrEmpty("rule"))
                : TextTree.of(
                        verdict,
                        Tone.of(verdict),
                        "  by mode monitor; would be " + judged + reply + " by rule " + tree.textOrEmpty("rule"));
        lines.addAll(first.lines("", style));
        lines.addAll(TextTree.of(tree.textOrEmpty("reason")).lines("  ", style));
        tree.text("reply")
                .ifPresent(
                        text -> lines.addAll(TextTree.of((carriedOut ? "Reply to the client: " : "Its reply: ") + text)
                                .lines("  ", style)));
    }

    /** The codes at the beginning of an SMTP reply: {@code 550 5.7.26}. */
    private static String codes(String reply) {
        int first = reply.indexOf(' ');
        int second = reply.indexOf(' ', first + 1);
        return second < 0 ? reply : reply.substring(0, second);
    }

    /** A line that begins with the keyword of a result. */
    static TextTree result(String word, String text) {
        return TextTree.of(word + " ".repeat(Math.max(2, LABEL - word.length())), Tone.of(word), text);
    }

    private void inbound() {
        Members author = tree.members("author");
        row("From", addresses(author));
        row("SPF", SpfTree.of(tree.members("spf"), detailed));
        if (tree.has("spf-helo")) {
            row("SPF HELO", SpfTree.of(tree.members("spf-helo"), detailed));
        }
        List<Members> signatures = tree.list("dkim");
        if (signatures.isEmpty()) {
            row("DKIM", result("none", "The message is not signed."));
        }
        signatures.forEach(signature -> row("DKIM", DkimTree.of(signature, detailed)));
        dmarc(tree.members("dmarc"));
        arc(tree.members("arc"));
        alternatives();
        if (detailed) {
            rules();
            edits();
        }
    }

    private TextTree addresses(Members author) {
        TextTree from = TextTree.of(author.textOrEmpty("explain"));
        if (detailed) {
            List<String> addresses = author.texts("addresses");
            // The sentence names a single one.
            if (addresses.size() > 1) {
                addresses.forEach(from::add);
            }
            author.text("detail").ifPresent(detail -> from.add(author.textOrEmpty("problem") + ": " + detail));
            from.add("RFC 9989 section 4.2: one From field with one domain is needed");
        }
        return from;
    }

    private void clause(TextTree to, String clause) {
        if (detailed) {
            to.add(clause);
        }
    }

    private void dmarc(Members dmarc) {
        TextTree result = result(dmarc.textOrEmpty("result"), dmarc.textOrEmpty("explain"));
        Members published = dmarc.members("published");
        if (published.has("domain")) {
            TextTree record = TextTree.of("_dmarc." + published.textOrEmpty("domain") + ": \""
                    + cut(published.members("record").textOrEmpty("text")) + "\"");
            published.members("record").texts("diagnostics").forEach(record::add);
            result.add(record);
        }
        TextTree compared = TextTree.of("compared with " + dmarc.text("domain").orElse("no Author Domain"));
        for (Members comparison : dmarc.list("comparisons")) {
            String mode = comparison.text("mode").map(word -> " (" + word + ")").orElse("");
            compared.add(comparison(comparison, mode));
        }
        if (!compared.isLeaf()) {
            clause(compared, "RFC 9989 section 4.4: one aligned domain that passes is enough");
            result.add(compared);
        }
        for (Members walk : dmarc.list("walks")) {
            TextTree steps = TextTree.of("tree walk"
                    + walk.text("start").map(start -> " from " + start).orElse(""));
            for (Members step : walk.list("steps")) {
                steps.add("_dmarc." + step.textOrEmpty("domain") + ": " + finding(step.textOrEmpty("finding"))
                        + step.text("detail").map(detail -> ", " + detail).orElse(""));
            }
            clause(steps, "RFC 9989 section 4.10: from the domain to its parents, at most eight queries");
            if (!steps.isLeaf()) {
                result.add(steps);
            }
        }
        if (dmarc.has("policy")) {
            Members policy = dmarc.members("policy");
            String declared = policy.textOrEmpty("declared");
            String applied = policy.textOrEmpty("applied");
            clause(
                    result,
                    "RFC 9989 section 4.7: the policy is " + declared + ", by the tag "
                            + policy.textOrEmpty("declared-by")
                            + (applied.equals(declared) ? "" : "; what is applied is " + applied));
        }
        Members shadow = dmarc.members("shadow");
        if (shadow.has("method")) {
            List<String> differences = shadow.texts("differs-in");
            result.add("shadow method " + shadow.textOrEmpty("method") + ": " + shadow.textOrEmpty("result")
                    + (differences.isEmpty() ? "" : ", differs in " + String.join(", ", differences)));
        }
        row("DMARC", result);
    }

    /** The result of one comparison with the Author Domain. */
    static String comparison(Members comparison, String mode) {
        String mechanism = comparison.textOrEmpty("mechanism").equals("spf") ? "SPF " : "DKIM ";
        boolean counts = comparison.flag("compared") || !comparison.has("compared");
        String state = comparison.flag("aligned") ? "aligned" : "not aligned";
        return mechanism + (counts ? state + mode : "not counted") + ": " + comparison.textOrEmpty("explain");
    }

    private static String finding(String word) {
        return switch (word) {
            case "record" -> "a DMARC record";
            case "nothing" -> "no DMARC record";
            case "several-records" -> "several DMARC records, so none of them counts";
            case "trouble" -> "the lookup failed";
            default -> word;
        };
    }

    private void arc(Members arc) {
        TextTree result = result(arc.textOrEmpty("result"), arc.textOrEmpty("explain"));
        for (Members set : arc.list("sets")) {
            TextTree line =
                    TextTree.of("set " + set.textOrEmpty("instance") + ": sealed by " + set.textOrEmpty("sealer")
                            + ", content " + set.textOrEmpty("content")
                            + set.text("content-problem")
                                    .map(problem -> ", because " + problem)
                                    .orElse(""));
            if (detailed) {
                set.texts("says").forEach(line::add);
            }
            result.add(line);
        }
        if (!arc.textOrEmpty("result").equals("none")) {
            clause(result, "RFC 8617 section 5.2: the chain counts only for sealers that this site trusts");
        }
        row("ARC", result);
    }

    private void alternatives() {
        heading("what would change it");
        List<Members> alternatives = tree.list("alternatives");
        if (alternatives.isEmpty()) {
            lines.addAll(TextTree.of("No single change of a fact or a setting leads to another verdict.")
                    .lines("  ", style));
        }
        for (Members alternative : alternatives) {
            String effect = alternative.textOrEmpty("effect");
            String who = alternative.textOrEmpty("by").equals("receiver") ? "here" : "domain owner";
            lines.addAll(TextTree.of(
                            effect + " ",
                            effect.equals("milder") ? Tone.GOOD : Tone.BAD,
                            "(" + who + ")  " + alternative.textOrEmpty("explain"))
                    .lines("  - ", style));
        }
    }

    private void rules() {
        heading("rules, until one matched");
        for (Members rule : tree.list("rules")) {
            lines.addAll(TextTree.of(rule.textOrEmpty("rule")
                            + (rule.flag("matches") ? " matches: " : ": ")
                            + rule.textOrEmpty("explain"))
                    .lines("  ", style));
        }
    }

    private void edits() {
        heading("header changes");
        List<Members> edits = tree.list("edits");
        if (edits.isEmpty()) {
            lines.add("  none");
        }
        for (Members edit : edits) {
            if (edit.has("remove")) {
                lines.add("  remove " + edit.textOrEmpty("remove") + ", number " + edit.textOrEmpty("instance"));
            } else {
                String start = "  add    " + edit.textOrEmpty("add") + ":";
                for (String line : edit.lines("value")) {
                    lines.add(start + line);
                    start = "         ";
                }
            }
        }
    }

    private void outbound() {
        row("From", TextTree.of(tree.members("author").textOrEmpty("explain")));
        List<Members> keys = tree.list("signed-by");
        for (Members key : keys) {
            row(
                    "signed",
                    TextTree.of("d=" + key.textOrEmpty("domain") + " s=" + key.textOrEmpty("selector") + " a="
                            + key.textOrEmpty("algorithm")
                            + key.text("identity")
                                    .map(identity -> " i=" + identity)
                                    .orElse("")));
        }
        if (keys.isEmpty()) {
            row("signed", TextTree.of("none", Tone.WARNING, ""));
        }
        for (Members entry : tree.list("entries")) {
            boolean matches = entry.flag("matches");
            TextTree line = TextTree.of(
                    matches ? "matches" : "does not match",
                    matches ? Tone.GOOD : Tone.WARNING,
                    " " + entry.textOrEmpty("entry")
                            + entry.text("explain").map(text -> ": " + text).orElse(""));
            for (Members key : entry.list("keys")) {
                line.add(key.textOrEmpty("selector") + "._domainkey." + key.textOrEmpty("domain")
                        + (key.flag("in-use") ? ", in use" : ", not in use now")
                        + key.text("active-from").map(time -> ", from " + time).orElse("")
                        + key.text("retired-from")
                                .map(time -> ", until " + time)
                                .orElse(""));
            }
            row("entry", line);
        }
        for (String hazard : tree.texts("hazards")) {
            row("hazard", TextTree.of(hazard, Tone.WARNING, " may break the signature in transit"));
        }
        if (keys.isEmpty() && tree.list("entries").isEmpty() && tree.has("mail-from")) {
            row("entry", TextTree.of("the signing table has no entry for this author: add one under signing.keys"));
        }
        if (detailed) {
            edits();
        }
    }

    /** A record as far as it is shown. */
    static String cut(String record) {
        return record.length() <= MAX_SHOWN_RECORD ? record : record.substring(0, MAX_SHOWN_RECORD) + "...";
    }
}

package org.countersign.explain;

import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/** Writes the full explanation of an inbound message as text: the decision, what would have changed it, and the evidence. */
final class FullExplanationText {
    private static final int LABEL_WIDTH = 10;
    private static final String INDENT = "  ";
    private static final int MAX_DEPTH = 12;
    private static final int MAX_RECIPIENTS = 5;

    private final FoldedLines out;
    private final Members tree;

    FullExplanationText(PrintStream out, Explanation.Group tree) {
        this.out = new FoldedLines(out);
        this.tree = new Members(tree);
    }

    /**
     * Writes everything.
     *
     * @param context is shown below the decision
     */
    void write(Explanation.Group context) {
        decision();
        new Members(context).plain().forEach((key, value) -> out.line(padded(key, LABEL_WIDTH), value));
        envelope();
        alternatives();
        authorAndDmarc();
        spf("SPF", tree.members("spf"));
        if (tree.has("spf-helo")) {
            spf("SPF of HELO", tree.members("spf-helo"));
        }
        dkim();
        arc();
        dns();
        rules();
        edits();
    }

    private void decision() {
        String reply = tree.text("reply").map(text -> ": " + text).orElse("");
        String verdict = tree.textOrEmpty("verdict");
        String judged = tree.textOrEmpty("judged");
        if (verdict.equals(judged)) {
            out.line(padded("verdict", LABEL_WIDTH), verdict + reply);
        } else {
            out.line(padded("verdict", LABEL_WIDTH), verdict);
            out.line(padded("would be", LABEL_WIDTH), judged + reply + " (mode: monitor)");
        }
        out.line(padded("rule", LABEL_WIDTH), tree.textOrEmpty("rule"));
        out.line(padded("reason", LABEL_WIDTH), tree.textOrEmpty("reason"));
    }

    private void envelope() {
        Members connection = tree.members("connection");
        Members envelope = tree.members("envelope");
        out.line(
                padded("client", LABEL_WIDTH),
                connection.text("client").orElse("unknown")
                        + connection
                                .text("host-name")
                                .map(name -> " (" + name + ")")
                                .orElse("") + ", HELO "
                        + envelope.textOrEmpty("helo"));
        out.line(padded("from", LABEL_WIDTH), envelope.textOrEmpty("mail-from"));
        List<String> recipients = envelope.texts("recipients");
        String count = envelope.textOrEmpty("recipient-count");
        out.line(
                padded("to", LABEL_WIDTH),
                String.join(", ", recipients.subList(0, Math.min(MAX_RECIPIENTS, recipients.size())))
                        + (recipients.size() > MAX_RECIPIENTS ? ", in all " + count : ""));
    }

    private void section(String title) {
        out.blank();
        out.line("", title);
    }

    private void row(String label, String text) {
        out.line(padded(INDENT + label, INDENT.length() + LABEL_WIDTH), text);
    }

    private static String padded(String text, int width) {
        return text.length() < width ? text + " ".repeat(width - text.length()) : text + " ";
    }

    private void alternatives() {
        section("What would have changed it");
        List<Members> alternatives = tree.list("alternatives");
        if (alternatives.isEmpty()) {
            out.line(INDENT, "No single change of a fact or a setting that was tried leads to another verdict.");
        }
        for (Members alternative : alternatives) {
            row(alternative.textOrEmpty("by"), alternative.textOrEmpty("explain"));
        }
    }

    private void authorAndDmarc() {
        section("From and DMARC");
        Members author = tree.members("author");
        row("From", author.textOrEmpty("explain"));
        for (String address : author.texts("addresses")) {
            row("", address);
        }
        Members dmarc = tree.members("dmarc");
        row("DMARC", result(dmarc));
        Members published = dmarc.members("published");
        if (published.has("domain")) {
            row(
                    "record",
                    "_dmarc." + published.textOrEmpty("domain") + ": "
                            + published.members("record").textOrEmpty("text"));
            for (String diagnostic : published.members("record").texts("diagnostics")) {
                row("", diagnostic);
            }
        }
        for (Members comparison : dmarc.list("comparisons")) {
            String label = comparison.textOrEmpty("mechanism").equals("spf") ? "SPF" : "DKIM";
            row(
                    label,
                    (comparison.flag("aligned") ? "aligned" : "not aligned")
                            + comparison
                                    .text("mode")
                                    .map(mode -> " (" + mode + ")")
                                    .orElse("") + ": "
                            + comparison.textOrEmpty("explain"));
        }
        for (Members walk : dmarc.list("walks")) {
            String label = "walk";
            for (Members step : walk.list("steps")) {
                row(
                        label,
                        "_dmarc." + step.textOrEmpty("domain") + ": " + step.textOrEmpty("finding")
                                + step.text("detail")
                                        .map(detail -> ", " + detail)
                                        .orElse(""));
                label = "";
            }
        }
    }

    private static String result(Members method) {
        return method.textOrEmpty("result") + ": " + method.textOrEmpty("explain");
    }

    private void spf(String title, Members spf) {
        section(title);
        row("result", result(spf));
        row(
                "checked",
                spf.text("domain").orElse("no domain") + " (" + spf.textOrEmpty("identity") + "), client "
                        + spf.text("client").orElse("unknown"));
        for (Members step : spf.list("records")) {
            row("record", step.textOrEmpty("domain") + ": " + step.textOrEmpty("record"));
        }
        for (Members near : spf.list("near-misses")) {
            row(
                    "not SPF",
                    near.textOrEmpty("domain") + ": " + near.textOrEmpty("record") + ": "
                            + near.textOrEmpty("problem"));
        }
        String label = "terms";
        for (Members term : spf.list("terms")) {
            int depth = term.text("depth").map(Integer::parseInt).orElse(0);
            row(
                    label,
                    INDENT.repeat(Math.min(depth, MAX_DEPTH)) + term.textOrEmpty("term") + " of "
                            + term.textOrEmpty("domain") + ": " + term.textOrEmpty("outcome"));
            label = "";
        }
        omitted(spf, "terms-omitted", "more terms");
        row(
                "lookups",
                spf.textOrEmpty("dns-terms") + " terms with DNS lookups, " + spf.textOrEmpty("void-lookups") + " void");
        spf.text("sender-explanation").ifPresent(words -> row("exp=", "\"" + words + "\""));
    }

    private void omitted(Members members, String key, String what) {
        members.text(key).filter(count -> !count.equals("0")).ifPresent(count -> row("", "and " + count + " " + what));
    }

    private void dkim() {
        section("DKIM");
        List<Members> signatures = tree.list("dkim");
        if (signatures.isEmpty()) {
            out.line(INDENT, "The message is not signed.");
        }
        for (Members signature : signatures) {
            row(signature.textOrEmpty("result"), signature.textOrEmpty("explain"));
            signature.text("key-name").ifPresent(name -> row("  key", name + key(signature.members("key"))));
            body(signature).ifPresent(text -> row("  body", text));
            List<String> fields = signature.texts("signed-fields");
            if (!fields.isEmpty()) {
                row("  signs", String.join(", ", fields));
            }
            signature
                    .text("signed-at")
                    .ifPresent(time -> row(
                            "  at",
                            time
                                    + signature
                                            .text("expires-at")
                                            .map(end -> ", expires " + end)
                                            .orElse("")));
        }
    }

    private static String key(Members key) {
        String bits = key.text("bits").map(number -> ", " + number + " bits").orElse("");
        return bits + (key.flag("testing") ? ", in test mode (t=y)" : "") + (key.flag("revoked") ? ", revoked" : "");
    }

    private static Optional<String> body(Members signature) {
        Members body = signature.members("body");
        if (!signature.has("body-matches")) {
            return Optional.empty();
        }
        String size = body.textOrEmpty("hashed-octets") + " of " + body.textOrEmpty("octets") + " octets hashed";
        return Optional.of(
                signature.flag("body-matches")
                        ? "the hash is the signed one, " + size
                        : "the hash is " + body.textOrEmpty("hash") + ", signed was "
                                + signature.textOrEmpty("signed-body-hash") + ", " + size);
    }

    private void arc() {
        section("ARC");
        Members arc = tree.members("arc");
        row("result", result(arc));
        for (Members set : arc.list("sets")) {
            row(
                    "set " + set.textOrEmpty("instance"),
                    set.textOrEmpty("sealer") + ", content " + set.textOrEmpty("content")
                            + set.text("content-problem")
                                    .map(problem -> " (" + problem + ")")
                                    .orElse(""));
            set.texts("says").forEach(statement -> row("", statement));
            set.texts("not-read").forEach(entry -> row("", "not read: " + entry));
        }
    }

    private void dns() {
        section("DNS answers");
        List<Members> queries = tree.list("dns");
        if (queries.isEmpty()) {
            out.line(INDENT, "None were recorded.");
        }
        for (Members query : queries) {
            out.line(
                    INDENT,
                    query.textOrEmpty("question") + ": " + query.textOrEmpty("answer")
                            + query.text("ttl")
                                    .map(seconds -> ", TTL " + seconds + " s")
                                    .orElse("")
                            + origin(query)
                            + query.text("took-ms")
                                    .map(time -> ", " + time + " ms")
                                    .orElse("")
                            + query.text("used-as")
                                    .map(answer -> ", used as: " + answer)
                                    .orElse(""));
            query.texts("aliases").forEach(alias -> out.line(INDENT.repeat(3), "alias " + alias));
            query.texts("records").forEach(data -> out.line(INDENT.repeat(3), data));
            query.text("omitted-octets")
                    .ifPresent(octets -> out.line(INDENT.repeat(3), "... " + octets + " octets were not recorded"));
        }
        omitted(tree, "dns-omitted", "more queries, which were not recorded");
    }

    private static String origin(Members query) {
        return switch (query.textOrEmpty("origin")) {
            case "cache" -> ", from the cache";
            case "expired-cache" -> ", expired in the cache";
            default -> "";
        };
    }

    private void rules() {
        section("Rules, until one matched");
        omitted(tree, "rules-omitted", "earlier rules");
        for (Members rule : tree.list("rules")) {
            out.line(
                    INDENT,
                    rule.textOrEmpty("rule")
                            + (rule.flag("matches") ? " matches: " : ": ")
                            + rule.textOrEmpty("explain"));
        }
    }

    private void edits() {
        section("Header changes");
        List<Members> edits = tree.list("edits");
        if (edits.isEmpty()) {
            out.line(INDENT, "None.");
        }
        for (Members edit : edits) {
            if (edit.has("remove")) {
                row("remove", edit.textOrEmpty("remove") + ", number " + edit.textOrEmpty("instance"));
            } else {
                String label = "add";
                String start = edit.textOrEmpty("add") + ":";
                for (String line : edit.lines("value")) {
                    row(label, start + line);
                    label = "";
                    start = "";
                }
            }
        }
    }
}

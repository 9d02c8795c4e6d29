package org.countersign.explain;

import java.util.ArrayList;
import java.util.List;
import org.countersign.explain.TextStyle.Tone;

/**
 * Writes the explanation of a message as a dialogue in the order of time. It tells what the client said, what was asked in
 * the DNS, what came back, and what was concluded.
 */
public final class StepsText {
    private static final int LABEL = 9;
    private static final int MAX_RECORD = 400;
    // The tags before the key, and enough of the key to tell it from another one.
    private static final int MAX_KEY = 64;

    private final Members tree;
    private final TextStyle style;
    private final List<String> lines = new ArrayList<>();
    private final List<Members> queries;

    private StepsText(Explanation.Group tree, TextStyle style) {
        this.tree = new Members(tree);
        this.style = style;
        this.queries = new ArrayList<>(this.tree.list("dns"));
    }

    /**
     * The lines of the dialogue.
     *
     * @param explanation from {@link MessageExplanation#full}
     */
    public static List<String> lines(Explanation.Group explanation, TextStyle style) {
        StepsText steps = new StepsText(explanation, style);
        if (steps.tree.textOrEmpty("flow").equals("inbound")) {
            steps.inbound();
        } else {
            steps.say("message", Tone.PLAIN, steps.tree.members("author").textOrEmpty("explain"));
        }
        steps.verdict();
        return List.copyOf(steps.lines);
    }

    private void say(String who, Tone tone, String what) {
        String label = who + " ".repeat(Math.max(1, LABEL - who.length()));
        int before = lines.size();
        lines.addAll(TextTree.of(what).lines(label, style));
        lines.set(before, style.paint(tone, who) + lines.get(before).substring(who.length()));
    }

    private void inbound() {
        Members connection = tree.members("connection");
        Members envelope = tree.members("envelope");
        say(
                "client",
                Tone.HEADING,
                "connects from " + connection.text("client").orElse("an unknown address")
                        + connection
                                .text("host-name")
                                .map(name -> " (" + name + ")")
                                .orElse(""));
        say("client", Tone.HEADING, "EHLO " + envelope.textOrEmpty("helo"));
        say("client", Tone.HEADING, "MAIL FROM:" + envelope.textOrEmpty("mail-from"));
        ask(query -> !query.contains("._domainkey.") && !query.contains("_dmarc."));
        if (tree.has("spf-helo")) {
            say("SPF", tone("spf-helo"), "for EHLO: " + conclusion(tree.members("spf-helo")));
        }
        String checked = tree.members("spf").textOrEmpty("identity").equals("helo") ? "EHLO" : "MAIL FROM";
        say("SPF", tone("spf"), "for " + checked + ": " + conclusion(tree.members("spf")));
        for (String recipient : envelope.texts("recipients")) {
            say("client", Tone.HEADING, "RCPT TO:<" + recipient + ">");
        }
        say("client", Tone.HEADING, "DATA");
        say("message", Tone.HEADING, tree.members("author").textOrEmpty("explain"));
        ask(query -> query.contains("._domainkey."));
        List<Members> signatures = tree.list("dkim");
        for (Members signature : signatures) {
            say("DKIM", Tone.of(signature.textOrEmpty("result")), conclusion(signature));
        }
        if (signatures.isEmpty()) {
            say("DKIM", Tone.PLAIN, "none: The message is not signed.");
        }
        say("ARC", tone("arc"), conclusion(tree.members("arc")));
        ask(query -> true);
        for (Members comparison : tree.members("dmarc").list("comparisons")) {
            say("DMARC", Tone.PLAIN, VerdictText.comparison(comparison, ""));
        }
        say("DMARC", tone("dmarc"), conclusion(tree.members("dmarc")));
        List<Members> rules = tree.list("rules");
        if (!rules.isEmpty()) {
            int others = rules.size() - 1;
            say(
                    "rule",
                    Tone.PLAIN,
                    rules.getLast().textOrEmpty("rule") + " matches"
                            + (others == 0 ? "" : ", and the rules before it do not: --explain shows each"));
        }
    }

    private Tone tone(String key) {
        return Tone.of(tree.members(key).textOrEmpty("result"));
    }

    private static String conclusion(Members method) {
        return method.textOrEmpty("result") + ": " + method.textOrEmpty("explain");
    }

    /** Which queries belong to a step. */
    private interface QueryFilter {
        boolean matches(String question);
    }

    /** Shows the queries of a step, each once, with their answers. */
    private void ask(QueryFilter filter) {
        for (Members query : List.copyOf(queries)) {
            String question = query.textOrEmpty("question");
            if (!filter.matches(question)) {
                continue;
            }
            queries.remove(query);
            int longest = question.contains("._domainkey.") ? MAX_KEY : MAX_RECORD;
            say("DNS", Tone.PLAIN, question + "?");
            say(
                    "",
                    Tone.PLAIN,
                    query.textOrEmpty("answer")
                            + query.text("took-ms")
                                    .map(time -> ", " + time + " ms")
                                    .orElse(""));
            query.texts("aliases").forEach(alias -> say("", Tone.PLAIN, "alias " + alias));
            query.texts("records")
                    .forEach(data -> say(
                            "",
                            Tone.PLAIN,
                            "\"" + (data.length() <= longest ? data : data.substring(0, longest) + "...") + "\""));
        }
    }

    private void verdict() {
        String judged = tree.textOrEmpty("judged");
        String verdict = tree.textOrEmpty("verdict");
        String words = verdict.equals(judged) ? judged : judged + ", but mode monitor makes it " + verdict;
        say("verdict", Tone.of(judged), words + ": " + tree.textOrEmpty("reason"));
        if (verdict.equals(judged)) {
            tree.text("reply").ifPresent(reply -> say("server", Tone.HEADING, reply));
        }
    }
}

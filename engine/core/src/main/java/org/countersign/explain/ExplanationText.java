package org.countersign.explain;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.countersign.syntax.Escapes;

/**
 * Writes an explanation as text for people: first the decision, then the results with their evidence. The text says
 * nothing that the tree does not hold. All text of senders is escaped, so that it cannot control a terminal.
 */
public final class ExplanationText {
    private static final int LABEL_WIDTH = 9;
    private static final String DETAIL_INDENT = " ".repeat(LABEL_WIDTH);

    private final PrintStream out;

    /** @param out where the text goes, in US-ASCII */
    public ExplanationText(PrintStream out) {
        this.out = out;
    }

    /**
     * The explanation of one message as {@link #write} writes it, in printing US-ASCII and line ends, whatever the tree
     * contains. A tree that lacks some members that the text needs becomes plain members: another version has stored it.
     */
    public static String render(Explanation.Group explanation) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (PrintStream writer = new PrintStream(text, false, StandardCharsets.US_ASCII)) {
            new ExplanationText(writer).write(explanation, new Explanation.Group());
        } catch (ClassCastException | NullPointerException | IllegalArgumentException otherMembers) {
            text.reset();
            try (PrintStream writer = new PrintStream(text, false, StandardCharsets.US_ASCII)) {
                new ExplanationText(writer).writeMembers(explanation);
            }
        }
        StringBuilder safe = new StringBuilder(text.size());
        text.toString(StandardCharsets.US_ASCII)
                .chars()
                .forEach(c -> safe.append(c == '\n' || (c >= ' ' && c <= '~') ? (char) c : '?'));
        return safe.toString();
    }

    /**
     * Writes the explanation of one message. A full explanation is folded to 80 columns.
     *
     * @param explanation from {@link MessageExplanation#of} or {@link MessageExplanation#full}
     * @param context plain members that are shown below the decision, one line each
     */
    public void write(Explanation.Group explanation, Explanation.Group context) {
        if (explanation.members().containsKey("alternatives")) {
            new FullExplanationText(out, explanation).write(context);
            return;
        }
        decision(explanation);
        context.members().keySet().forEach(key -> line(key, TreeText.plain(context, key)));
        out.println();
        switch (text(explanation, "flow")) {
            case "inbound" -> inbound(explanation);
            case "outbound" -> outbound(explanation);
            case "internal" -> out.println("The message is neither authenticated nor signed.");
            default -> out.println("The message was not examined, because memory is short.");
        }
    }

    /** Writes any tree: one line for each member. For an explanation of another version, whose members may differ. */
    public void writeMembers(Explanation.Group tree) {
        new TreeText(out).write(tree, "");
    }

    private void decision(Explanation.Group tree) {
        String reply = tree.members().containsKey("reply") ? ": " + text(tree, "reply") : "";
        String verdict = text(tree, "verdict");
        String judged = text(tree, "judged");
        if (verdict.equals(judged)) {
            line("verdict", verdict + reply);
        } else {
            line("verdict", verdict);
            line("would be", judged + reply + " (mode: monitor)");
        }
        for (String key : List.of("rule", "reason", "flow")) {
            line(key, text(tree, key));
        }
    }

    private void inbound(Explanation.Group tree) {
        Explanation.Group author = group(tree, "author");
        line("author", text(author, "explain"));
        details(author.without("finding"));
        result("SPF", group(tree, "spf"));
        if (tree.members().containsKey("spf-helo")) {
            result("HELO", group(tree, "spf-helo"));
        }
        List<Explanation.Group> signatures = groups(tree, "dkim").toList();
        if (signatures.isEmpty()) {
            line("DKIM", "none: The message is not signed.");
        }
        // The value of b= is of no use to people.
        signatures.forEach(signature -> result("DKIM", signature.without("signature")));
        result("DMARC", group(tree, "dmarc"));
        result("ARC", group(tree, "arc"));
        out.println();
        edits(tree);
        out.println();
        List<Explanation.Group> lookups = groups(tree, "dns").toList();
        out.println("DNS queries: " + lookups.size());
        lookups.forEach(lookup ->
                out.println("  " + TreeText.plain(lookup, "question") + ": " + TreeText.plain(lookup, "answer")));
    }

    private void outbound(Explanation.Group tree) {
        line("author", text(group(tree, "author"), "explain"));
        details(tree.without(
                "verdict", "judged", "reply", "rule", "reason", "flow", "author", "edits", "sources", "message"));
        out.println();
        edits(tree);
    }

    /** A result in one line, and its evidence below. */
    private void result(String label, Explanation.Group tree) {
        line(label, TreeText.plain(tree, "result") + ": " + TreeText.plain(tree, "explain"));
        details(tree.without("result"));
    }

    private void details(Explanation.Group tree) {
        new TreeText(out).write(tree.without("explain"), DETAIL_INDENT);
    }

    private void edits(Explanation.Group tree) {
        List<Explanation.Group> edits = groups(tree, "edits").toList();
        out.println("header changes: " + edits.size());
        for (Explanation.Group edit : edits) {
            if (edit.members().containsKey("remove")) {
                line("remove", TreeText.plain(edit, "remove") + ", number " + TreeText.plain(edit, "instance"));
            } else {
                field(text(edit, "add") + ":" + text(edit, "value"));
            }
        }
    }

    /** A field, each of its folded lines in a line of its own. */
    private void field(String field) {
        String label = "add";
        for (String folded : field.split("\r\n", -1)) {
            line(label, Escapes.printable(folded));
            label = "";
        }
    }

    private void line(String label, String text) {
        out.println(label + " ".repeat(LABEL_WIDTH - label.length()) + text);
    }

    private static Explanation.Group group(Explanation.Group tree, String key) {
        return (Explanation.Group) member(tree, key);
    }

    private static Stream<Explanation.Group> groups(Explanation.Group tree, String key) {
        return ((Explanation.Items) member(tree, key)).items().stream().map(Explanation.Group.class::cast);
    }

    /** A text that is not escaped here: the engine has escaped it, or the caller does. */
    private static String text(Explanation.Group tree, String key) {
        return ((Explanation.Text) member(tree, key)).text();
    }

    private static Explanation member(Explanation.Group tree, String key) {
        return Objects.requireNonNull(tree.members().get(key), key);
    }
}

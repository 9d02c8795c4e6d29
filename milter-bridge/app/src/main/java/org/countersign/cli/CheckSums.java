package org.countersign.cli;

import java.io.PrintStream;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.countersign.MessageOutcome;
import org.countersign.cli.MessageCheck.Checked;
import org.countersign.dkim.DkimResult;
import org.countersign.explain.TextStyle;
import org.countersign.explain.TextStyle.Tone;
import org.countersign.policy.Action;
import org.countersign.policy.MessageFacts;
import org.countersign.syntax.Escapes;

/** A line for each message of {@code check}, and the sums at the end. For one thread, but {@link #write} may come late. */
final class CheckSums {
    // The widths of columns, in characters.
    private static final int VERDICT = 11;
    private static final int AUTHOR = 26;
    private static final int RULE = 20;
    private static final int RESULT = 9;
    // Rules beyond this number are not counted.
    private static final int MAX_RULES = 1000;

    private final Map<Action, Integer> verdicts = new EnumMap<>(Action.class);
    private final Map<String, Integer> rules = new TreeMap<>();
    private int messages;
    private int withoutClient;
    private int withoutMailFrom;
    private int monitored;
    private boolean written;

    /** Counts a message. */
    synchronized void add(Checked checked) {
        messages++;
        verdicts.merge(checked.outcome().decision().ruled().action(), 1, Integer::sum);
        String rule = checked.outcome().decision().rule();
        if (rules.size() < MAX_RULES || rules.containsKey(rule)) {
            rules.merge(rule, 1, Integer::sum);
        }
        withoutClient += checked.smtp().client().source() == SmtpFacts.Source.NONE ? 1 : 0;
        withoutMailFrom += checked.smtp().mailFrom().source() == SmtpFacts.Source.NONE ? 1 : 0;
        monitored += checked.outcome().decision().verdict().action()
                        != checked.outcome().decision().ruled().action()
                ? 1
                : 0;
    }

    synchronized int messages() {
        return messages;
    }

    /** Whether a message had one of these verdicts. */
    synchronized boolean hasAny(List<Action> actions) {
        return actions.stream().anyMatch(verdicts::containsKey);
    }

    /** The heading of the lines. */
    static String heading() {
        return padded("verdict", VERDICT) + padded("author", AUTHOR + 2) + padded("SPF", RESULT + 1)
                + padded("DKIM", RESULT + 1) + padded("DMARC", RESULT + 1) + padded("rule", RULE + 2) + "file";
    }

    /** The line of a message. */
    static String line(Checked checked, String name, TextStyle style) {
        MessageOutcome outcome = checked.outcome();
        String verdict = outcome.decision().ruled().keyword();
        Optional<MessageFacts> facts =
                outcome instanceof MessageOutcome.Judged judged ? Optional.of(judged.facts()) : Optional.empty();
        return style.paint(Tone.of(verdict), verdict)
                + " ".repeat(Math.max(1, VERDICT - verdict.length()))
                + padded(cut(Escapes.printable(MessageCheck.author(outcome).orElse("-"), 200), AUTHOR), AUTHOR + 2)
                + padded(facts.map(each -> each.spf().keyword()).orElse("-"), RESULT + 1)
                + padded(facts.map(each -> dkim(each.signatures())).orElse("-"), RESULT + 1)
                + padded(facts.map(MessageFacts::dmarcKeyword).orElse("-"), RESULT + 1)
                + padded(cut(outcome.decision().rule(), RULE), RULE + 2)
                + Escapes.printable(name);
    }

    /** The best result of the signatures. */
    private static String dkim(List<DkimResult> signatures) {
        List<String> words = signatures.stream().map(DkimResult::keyword).toList();
        for (String word : List.of("pass", "temperror", "fail", "permerror", "neutral", "policy")) {
            if (words.contains(word)) {
                return word;
            }
        }
        return "none";
    }

    private static String cut(String text, int width) {
        return text.length() <= width ? text : text.substring(0, width - 1) + "~";
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(1, width - text.length()));
    }

    /** Writes the sums, once. */
    synchronized void write(PrintStream out) {
        if (written || messages == 0) {
            return;
        }
        written = true;
        out.println();
        TextTable sums = new TextTable("verdict", ">messages", ">share");
        for (Map.Entry<Action, Integer> each : verdicts.entrySet()) {
            sums.row(each.getKey().keyword(), each.getValue(), share(each.getValue()));
        }
        sums.row("all", messages, share(messages)).write(out);
        out.println();
        TextTable byRule = new TextTable("rule", ">messages");
        rules.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed().thenComparing(Map.Entry::getKey))
                .forEach(each -> byRule.row(each.getKey(), each.getValue()));
        byRule.write(out);
        if (withoutClient + withoutMailFrom > 0) {
            out.println();
            out.println("Without a client that the fields tell: " + withoutClient + "; without a MAIL FROM: "
                    + withoutMailFrom + ".");
        }
        if (monitored > 0) {
            out.println();
            out.println("The mode is monitor: " + monitored + " of these verdicts would not be carried out.");
        }
    }

    private String share(int count) {
        return String.format(Locale.ROOT, "%.1f %%", 100.0 * count / messages);
    }
}

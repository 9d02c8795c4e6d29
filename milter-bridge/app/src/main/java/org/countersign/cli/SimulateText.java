package org.countersign.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.countersign.explain.TextStyle;
import org.countersign.explain.TextStyle.Tone;
import org.countersign.policy.Action;
import org.countersign.policy.Mode;
import org.countersign.simulate.AuthorRow;
import org.countersign.simulate.BoundedCounts;
import org.countersign.simulate.Change;
import org.countersign.simulate.Doubt;
import org.countersign.simulate.Example;
import org.countersign.simulate.ExampleGroup;
import org.countersign.simulate.MessageCounts.Kind;
import org.countersign.simulate.PolicySums;
import org.countersign.simulate.Simulation;
import org.countersign.simulate.Suggestion;
import org.countersign.simulate.VerdictCounts;
import org.countersign.syntax.Escapes;

/** Writes a simulation for a person. */
final class SimulateText {
    private static final int MAX_ROWS = 20;
    private static final int MAX_DETAILS = 10;
    private static final int MAX_SUGGESTIONS = 10;
    private static final int MAX_ENTRIES = 5;
    private static final int LABEL_WIDTH = 13;
    private static final String INDENT = "    ";

    private final Simulation simulation;
    private final SimulateRepetition repetition;
    private final TextStyle style;
    private final PrintStream out;
    private final boolean compared;

    SimulateText(Simulation simulation, SimulateRepetition repetition, TextStyle style, PrintStream out) {
        this.simulation = simulation;
        this.repetition = repetition;
        this.style = style;
        this.out = out;
        this.compared = simulation.policies().size() > 1;
    }

    void write() {
        policies();
        messages();
        verdicts();
        if (compared) {
            changes();
        } else {
            objections();
        }
        uncertain();
        authors();
        suggestions();
    }

    /** The letter of a policy. */
    private static String letter(int index) {
        return index == 0 ? "A" : "B";
    }

    private void heading(String text) {
        out.println();
        out.println(style.paint(Tone.HEADING, text));
    }

    private void policies() {
        for (int i = 0; i < simulation.policies().size(); i++) {
            PolicySums sums = simulation.policies().get(i);
            out.println((compared ? letter(i) + "  " : "Policy: ")
                    + Escapes.printable(sums.policy().name(), 500)
                    + (sums.policy().mode() == Mode.MONITOR
                            ? " (mode: monitor, so no verdict would be carried out)"
                            : " (mode: enforce)"));
        }
    }

    private void messages() {
        heading("Messages");
        TextTable table = new TextTable("what was done", ">messages");
        for (Kind kind : Kind.values()) {
            long count = simulation.counts().of(kind);
            if (count > 0) {
                table.row(describe(kind), count);
            }
        }
        table.row("all", simulation.counts().all()).write(out);
        Map<Doubt, Long> doubts = simulation.counts().doubts();
        if (!doubts.isEmpty() || simulation.judgedWithoutDate() > 0) {
            out.println();
            TextTable unknown = new TextTable("not known of judged messages", ">messages");
            doubts.forEach((doubt, count) -> unknown.row(doubt.clause(), count));
            if (simulation.judgedWithoutDate() > 0) {
                unknown.row("no trace field tells the time: judged", simulation.judgedWithoutDate());
            }
            unknown.write(out);
        }
    }

    private static String describe(Kind kind) {
        return switch (kind) {
            case RECORDED -> "judged by the results recorded on arrival";
            case AGAIN -> "judged by an evaluation with the DNS of now";
            case OUTBOUND -> "from users of this site, not judged";
            case INTERNAL -> "from hosts of this site, not judged";
            case OWN_COPY -> "drafts and copies of sent mail, not judged";
            case TOO_OLD -> "arrived before --since, not judged";
            case NOT_SAMPLED -> "not in the sample, not judged";
        };
    }

    private void verdicts() {
        heading("Verdicts");
        TextTable table = compared ? new TextTable("verdict", ">A", ">B") : new TextTable("verdict", ">messages");
        for (Action action : Action.values()) {
            if (simulation.policies().stream().anyMatch(sums -> sums.verdicts().of(action) > 0)) {
                row(table, action.keyword(), sums -> sums.verdicts().of(action));
            }
        }
        if (simulation.policies().stream().anyMatch(sums -> sums.verdicts().uncertain() > 0)) {
            row(table, "cannot tell", sums -> sums.verdicts().uncertain());
        }
        row(table, "all", sums -> sums.verdicts().all());
        table.write(out);
    }

    private void row(TextTable table, String name, ToLongFunction<PolicySums> count) {
        List<Object> cells = new ArrayList<>(List.of(name));
        simulation.policies().forEach(sums -> cells.add(count.applyAsLong(sums)));
        table.row(cells.toArray());
    }

    private void changes() {
        heading("Changes from A to B");
        if (simulation.changes().isEmpty()) {
            out.println("No verdict changes.");
        }
        for (Map.Entry<Change, ExampleGroup> each : simulation.changes().entrySet()) {
            Change change = each.getKey();
            group(change.from().keyword() + " -> " + change.to().keyword(), change.to(), each.getValue(), 1);
        }
        if (simulation.otherRule() > 0) {
            out.println("The same verdict by another rule: " + TextTable.number(simulation.otherRule()) + ".");
        }
        if (simulation.incomparable() > 0) {
            out.println("Not compared, because a verdict depends on facts that are not known: "
                    + TextTable.number(simulation.incomparable()) + ".");
        }
    }

    private void objections() {
        Map<Action, ExampleGroup> objections = simulation.policies().getFirst().objections();
        if (!objections.isEmpty()) {
            heading("Not simply accepted");
        }
        objections.forEach((action, messages) -> group(action.keyword(), action, messages, 0));
    }

    private void uncertain() {
        for (int i = 0; i < simulation.policies().size(); i++) {
            ExampleGroup group = simulation.policies().get(i).uncertain();
            if (group.messages() > 0) {
                heading("Cannot tell" + (compared ? " by " + letter(i) : ""));
                group("the verdict depends on facts that are not known", Action.TEMPFAIL, group, i);
            }
        }
    }

    /**
     * Messages with something in common, and examples of them.
     *
     * @param action whose colour the name has
     * @param policy the index of the policy that decided about the examples
     */
    private void group(String name, Action action, ExampleGroup group, int policy) {
        out.println(style.paint(Tone.of(action.keyword()), name) + ": " + TextTable.counted(group.messages(), "message")
                + (group.wanted() > 0 ? ", " + TextTable.number(group.wanted()) + " probably wanted" : ""));
        entries("  by", group.rules());
        for (Example example : group.examples()) {
            out.println("  - " + example.author() + ", " + example.explanation()
                    + (example.wanted() ? ", probably wanted" : ""));
            for (Doubt doubt : example.doubts()) {
                out.println(INDENT + "not known: " + doubt.clause());
            }
            command(repetition.command(
                    example, simulation.policies().get(policy).policy().name()));
        }
    }

    /** A command, folded as a shell permits. */
    private void command(List<String> words) {
        StringBuilder line = new StringBuilder(INDENT);
        for (String word : words) {
            boolean first = line.toString().isBlank();
            if (!first && line.length() + 1 + word.length() > style.width() - 2) {
                out.println(line + " \\");
                line = new StringBuilder(INDENT + "    ");
                first = true;
            }
            line.append(first ? "" : " ").append(word);
        }
        out.println(line);
    }

    private void authors() {
        List<AuthorRow> rows = simulation.authors().rows();
        if (rows.isEmpty()) {
            return;
        }
        heading("By Author Domain");
        TextTable table = compared
                ? new TextTable("author domain", ">messages", ">objected A", ">objected B", ">changed", ">cannot tell")
                : new TextTable("author domain", ">messages", ">accepted", ">quarantined", ">refused", ">cannot tell");
        for (AuthorRow row : rows.subList(0, Math.min(MAX_ROWS, rows.size()))) {
            VerdictCounts first = row.verdicts().getFirst();
            VerdictCounts last = row.verdicts().getLast();
            if (compared) {
                table.row(
                        row.author(),
                        row.messages(),
                        first.objected(),
                        last.objected(),
                        row.changed(),
                        Math.max(first.uncertain(), last.uncertain()));
            } else {
                table.row(
                        row.author(),
                        row.messages(),
                        first.of(Action.ACCEPT) + first.of(Action.TAG),
                        first.of(Action.QUARANTINE),
                        first.objected() - first.of(Action.QUARANTINE),
                        first.uncertain());
            }
        }
        table.write(out);
        if (rows.size() > MAX_ROWS) {
            out.println("and " + TextTable.number(rows.size() - MAX_ROWS) + " more rows, which --json lists.");
        }
        rows.stream()
                .filter(row -> !row.examples().isEmpty())
                .limit(MAX_DETAILS)
                .forEach(this::details);
    }

    /** What is known about the messages of an Author Domain that are not simply accepted. */
    private void details(AuthorRow row) {
        out.println();
        out.println(
                row.author() + (row.wanted() > 0 ? " (" + TextTable.number(row.wanted()) + " probably wanted)" : ""));
        entries("  rules", row.rules());
        entries("  passed", row.authenticated());
        entries("  lists", row.lists());
        entries("  sealers", row.sealers());
        entries("  clients", row.clients());
        entries("  milder by", row.relays());
        for (Example example : row.examples()) {
            out.println("  message    " + Escapes.printable(example.message(), 500));
        }
    }

    /** A label, and the first texts with their counts, folded; nothing without a text. */
    private void entries(String label, BoundedCounts counts) {
        List<String> texts = firstTexts(counts);
        if (texts.isEmpty()) {
            return;
        }
        StringBuilder line = new StringBuilder(label + " ".repeat(Math.max(1, LABEL_WIDTH - label.length())));
        int indent = line.length();
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i) + (i + 1 < texts.size() ? "," : "");
            if (line.length() > indent && line.length() + 1 + text.length() > style.width()) {
                out.println(line);
                line = new StringBuilder(" ".repeat(indent));
            }
            line.append(line.length() > indent ? " " : "").append(text);
        }
        out.println(line);
    }

    private static List<String> firstTexts(BoundedCounts counts) {
        List<String> texts = new ArrayList<>();
        long rest = counts.others();
        for (BoundedCounts.Entry entry : counts.entries()) {
            if (texts.size() < MAX_ENTRIES) {
                texts.add(entry.text() + " " + TextTable.number(entry.count()));
            } else {
                rest += entry.count();
            }
        }
        if (rest > 0) {
            texts.add("others " + TextTable.number(rest));
        }
        return texts;
    }

    private void suggestions() {
        for (int i = 0; i < simulation.policies().size(); i++) {
            PolicySums sums = simulation.policies().get(i);
            List<Suggestion> all = sums.suggestions();
            String of = compared ? " by " + letter(i) : "";
            List<Suggestion> supported =
                    all.stream().filter(Suggestion::isSupported).toList();
            if (!supported.isEmpty()) {
                heading("Suggestions" + of);
                out.println("Users have answered mail of these relays, or signatures prove that they relay");
                out.println("genuine mail. The counts are computed: each message was decided again.");
                out.println("List only a relay that you know: mail in any name can come over it then.");
                out.println("Forgers can repeat genuine messages, and users forward forged mail to complain.");
                supported.stream().limit(MAX_SUGGESTIONS).forEach(this::suggestion);
            }
            List<Suggestion> others =
                    all.stream().filter(each -> !each.isSupported()).toList();
            if (!others.isEmpty()) {
                heading("ARC sealers that vouch for mail that is not accepted" + of);
                out.println("Trust a sealer only if you know who runs it: a forger can seal mail too.");
                others.stream().limit(MAX_SUGGESTIONS).forEach(this::suggestion);
            }
            if (sums.omittedEffects() > 0) {
                out.println("There are too many relays: the effect of some was not counted.");
            }
        }
    }

    private void suggestion(Suggestion suggestion) {
        out.println(suggestion.relay().setting() + ": [" + suggestion.relay().value() + "]");
        out.println("  would turn " + TextTable.number(suggestion.turned()) + " of "
                + TextTable.counted(suggestion.of(), "message")
                + (suggestion.answered() > 0
                        ? "; " + TextTable.number(suggestion.answered()) + " answered, forwarded or marked by users"
                        : "")
                + (suggestion.proven() > 0
                        ? "; " + TextTable.number(suggestion.proven()) + " provably sent by the author"
                        : ""));
        entries("  verdicts", suggestion.changes());
        entries("  authors", suggestion.authors());
    }
}

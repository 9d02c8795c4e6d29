package org.countersign.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.countersign.explain.FoldedLines;
import org.countersign.ops.ServiceCheck;
import org.countersign.service.check.Finding;
import org.countersign.service.check.Findings;
import org.countersign.service.check.Progress;
import org.countersign.syntax.Ascii;

/**
 * Writes the findings of a check. On a terminal they are folded to 80 columns and have colours; elsewhere each finding
 * is one line, so that other programs can search them.
 */
final class FindingsText {
    private static final String RESET = "\u001B[0m";
    private static final int PROGRESS_STEP = 100;

    private final PrintStream out;
    private final PrintStream err;
    private final boolean folded;
    private final boolean coloured;

    /**
     * @param folded whether lines are folded
     * @param coloured whether there are colours
     */
    FindingsText(PrintStream out, PrintStream err, boolean folded, boolean coloured) {
        this.out = out;
        this.err = err;
        this.folded = folded;
        this.coloured = coloured;
    }

    /** Folded with colours if standard output is a terminal. */
    static FindingsText to(Streams streams) {
        boolean terminal = Terminal.isStandardOutput(streams.out());
        return new FindingsText(streams.out(), streams.err(), terminal, terminal && Terminal.allowsColours());
    }

    /** Shows on a terminal how far a long check has come. */
    Progress progress() {
        return (done, total) -> {
            if (folded && total >= PROGRESS_STEP && (done % PROGRESS_STEP == 0 || done == total)) {
                err.print("\rcomparing keys with the DNS: " + done + " of " + total + (done == total ? "\n" : ""));
                err.flush();
            }
        };
    }

    void write(Findings findings, ServiceCheck.Scope scope) {
        for (Finding finding : findings.inOrder()) {
            line(label(finding.level()), colour(finding.level()), finding.text());
        }
        int errors = findings.count(Finding.Level.ERROR);
        int warnings = findings.count(Finding.Level.WARNING);
        String checked = plural(scope.rules(), "rule") + ", " + plural(scope.keys(), "key") + ", "
                + plural(scope.listeners(), "listener");
        String counts = warnings == 0 ? "" : ", " + plural(warnings, "warning");
        if (errors == 0) {
            line("OK: ", colour(Finding.Level.NOTE), checked + counts);
        } else {
            line("NOT OK: ", colour(Finding.Level.ERROR), plural(errors, "error") + counts + " (" + checked + ")");
        }
    }

    private void line(String label, String colour, String text) {
        List<String> lines = new ArrayList<>(folded ? FoldedLines.fold(label, text) : List.of(label + text));
        if (coloured) {
            lines.set(0, colour + label + RESET + lines.getFirst().substring(label.length()));
        }
        lines.forEach(out::println);
    }

    private static String label(Finding.Level level) {
        String name = Ascii.lower(level.name());
        return name + " ".repeat("warning  ".length() - name.length());
    }

    private static String colour(Finding.Level level) {
        return switch (level) {
            case ERROR -> "\u001B[1;31m";
            case WARNING -> "\u001B[33m";
            case NOTE -> "\u001B[32m";
        };
    }

    private static String plural(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}

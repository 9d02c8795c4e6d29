package org.countersign.explain;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Writes text in lines of limited width. What does not fit continues below its own beginning. */
public final class FoldedLines {
    /** The width of a terminal, in columns. */
    static final int WIDTH = 80;

    private static final int MIN_TEXT = 20;

    private final PrintStream out;

    FoldedLines(PrintStream out) {
        this.out = out;
    }

    void blank() {
        out.println();
    }

    /**
     * Writes a text after a label. Folds it at blanks, and a word that is longer than a line anywhere.
     *
     * @param label printable, with the blanks that separate it from the text
     * @param text printable
     */
    void line(String label, String text) {
        fold(label, text).forEach(out::println);
    }

    /**
     * Folds a text after a label, in the same way.
     *
     * @return at least one line
     */
    public static List<String> fold(String label, String text) {
        List<String> lines = new ArrayList<>();
        String indent = " ".repeat(Math.min(label.length(), WIDTH - MIN_TEXT));
        StringBuilder line = new StringBuilder(label);
        int room = Math.max(MIN_TEXT, WIDTH - label.length());
        String rest = text;
        while (rest.length() > room) {
            int blank = rest.lastIndexOf(' ', room);
            int end = blank > 0 ? blank : room;
            lines.add(line.append(rest, 0, end).toString());
            rest = rest.substring(blank > 0 ? end + 1 : end);
            line = new StringBuilder(indent);
            room = WIDTH - indent.length();
        }
        lines.add(line.append(rest).toString().stripTrailing());
        return List.copyOf(lines);
    }
}

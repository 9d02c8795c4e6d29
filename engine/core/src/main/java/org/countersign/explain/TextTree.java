package org.countersign.explain;

import java.util.ArrayList;
import java.util.List;
import org.countersign.explain.TextStyle.Tone;

/**
 * A tree of lines for a terminal. A line that is too long is folded, and its continuation keeps the lines of the tree. All
 * text must be printable: the caller escapes it.
 */
public final class TextTree {
    private static final int MAX_DEPTH = 24;

    private final String label;
    private final Tone tone;
    private final String text;
    private final List<TextTree> children = new ArrayList<>();

    private TextTree(String label, Tone tone, String text) {
        this.label = label;
        this.tone = tone;
        this.text = text;
    }

    /** A tree with one line. */
    public static TextTree of(String text) {
        return new TextTree("", Tone.PLAIN, text);
    }

    /**
     * A tree whose line begins with a word in a colour.
     *
     * @param label the word, with the blanks that separate it from the text
     */
    public static TextTree of(String label, Tone tone, String text) {
        return new TextTree(label, tone, text);
    }

    /** Adds a tree below. Returns this tree. */
    public TextTree add(TextTree child) {
        children.add(child);
        return this;
    }

    /** Adds a line below. Returns this tree. */
    public TextTree add(String line) {
        return add(of(line));
    }

    /** Whether nothing is below. */
    public boolean isLeaf() {
        return children.isEmpty();
    }

    /**
     * The lines of the tree.
     *
     * @param heading written before the first line, and in its width as blanks before the lines below
     */
    public List<String> lines(String heading, TextStyle style) {
        List<String> lines = new ArrayList<>();
        write(heading, " ".repeat(heading.length()), style, 0, lines);
        return lines;
    }

    private void write(String first, String rest, TextStyle style, int depth, List<String> lines) {
        boolean below = !children.isEmpty() && depth < MAX_DEPTH;
        String stem = below ? rest + (style.unicode() ? "│ " : "| ") : rest + "  ";
        // The continuation of a line without a stem below begins where the line begins.
        String continued = depth == 0 && !below ? rest : stem;
        int room =
                style.width() == TextStyle.UNFOLDED ? TextStyle.UNFOLDED : Math.max(20, style.width() - rest.length());
        boolean begins = true;
        for (String part : folded(label + text, room, Math.max(20, room - (continued.length() - rest.length())))) {
            if (begins && !label.isEmpty() && part.length() >= label.length()) {
                lines.add(first
                        + style.paint(tone, label.stripTrailing())
                        + label.substring(label.stripTrailing().length())
                        + part.substring(label.length()));
            } else {
                lines.add((begins ? first : continued) + part);
            }
            begins = false;
        }
        if (!below) {
            return;
        }
        for (int i = 0; i < children.size(); i++) {
            boolean last = i == children.size() - 1;
            String branch = style.unicode() ? (last ? "└─ " : "├─ ") : (last ? "`- " : "|- ");
            String down = last ? "   " : style.unicode() ? "│  " : "|  ";
            children.get(i).write(rest + branch, rest + down, style, depth + 1, lines);
        }
    }

    /** Folds a text at blanks, and a word that is longer than a line anywhere. */
    private static List<String> folded(String text, int firstRoom, int room) {
        List<String> lines = new ArrayList<>();
        String left = text;
        int limit = firstRoom;
        while (left.length() > limit) {
            int blank = left.lastIndexOf(' ', limit);
            int end = blank > 0 ? blank : limit;
            lines.add(left.substring(0, end).stripTrailing());
            left = left.substring(blank > 0 ? end + 1 : end);
            limit = room;
        }
        lines.add(left);
        return lines;
    }
}

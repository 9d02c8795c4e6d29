package org.countersign.cli.manual;

import java.util.StringTokenizer;
import org.countersign.cli.manual.ManualPage.Part;

/** Writes a page as text of 80 columns, as {@code man} shows it without a terminal's styles. */
final class PlainWriter {
    private static final int WIDTH = 80;
    private static final String TEXT = " ".repeat(7);
    private static final String MEANING = " ".repeat(14);

    private final StringBuilder page = new StringBuilder();

    String write(ManualPage manual) {
        manual.parts().forEach(this::part);
        return page.toString();
    }

    private void part(Part part) {
        switch (part) {
            case Part.Heading heading -> {
                page.append(page.isEmpty() ? "" : "\n");
                line(heading.title());
            }
            case Part.Subheading heading -> {
                separate();
                line("   " + plain(heading.title()));
            }
            case Part.Paragraph paragraph -> {
                separate();
                folded(plain(paragraph.text()), TEXT);
            }
            case Part.Term term -> {
                separate();
                term(plain(term.label()), plain(term.meaning()));
            }
            case Part.Typed typed -> {
                separate();
                typed.lines().forEach(each -> line(TEXT + "    " + each));
            }
        }
    }

    /** A short label stands before its meaning. */
    private void term(String label, String meaning) {
        int column = MEANING.length() - TEXT.length();
        if (label.length() < column) {
            int start = page.length();
            folded(meaning, MEANING);
            page.replace(start, start + MEANING.length(), TEXT + label + " ".repeat(column - label.length()));
        } else {
            folded(label, TEXT);
            folded(meaning, MEANING);
        }
    }

    /** An empty line, but not after a title. */
    private void separate() {
        int last = page.lastIndexOf("\n", page.length() - 2) + 1;
        if (page.charAt(last) == ' ' && !page.substring(last).matches(" {3}\\S[^\\n]*\\n")) {
            page.append('\n');
        }
    }

    private static String plain(String text) {
        return text.replace("`", "");
    }

    private void line(String text) {
        page.append(text).append('\n');
    }

    private void folded(String text, String indent) {
        StringBuilder line = new StringBuilder(indent);
        for (StringTokenizer words = new StringTokenizer(text); words.hasMoreTokens(); ) {
            String word = words.nextToken();
            if (line.length() > indent.length() && line.length() + 1 + word.length() > WIDTH) {
                line(line.toString());
                line.setLength(indent.length());
            }
            line.append(line.length() > indent.length() ? " " : "").append(word);
        }
        line(line.toString());
    }
}

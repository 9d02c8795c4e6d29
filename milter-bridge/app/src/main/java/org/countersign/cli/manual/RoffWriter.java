package org.countersign.cli.manual;

import java.time.LocalDate;
import java.util.Locale;
import org.countersign.cli.manual.ManualPage.Part;

/** Writes a page in the macros of man(7). */
final class RoffWriter {
    private final StringBuilder page = new StringBuilder();

    String write(ManualPage manual, String version, LocalDate date) {
        page.append(".TH \"")
                .append(escaped(manual.name()).toUpperCase(Locale.ROOT))
                .append("\" \"");
        page.append(manual.section()).append("\" \"").append(date);
        page.append("\" \"Countersign ").append(version).append("\"\n");
        manual.parts().forEach(this::part);
        return page.toString();
    }

    private void part(Part part) {
        switch (part) {
            case Part.Heading heading -> line(".SH " + heading.title());
            case Part.Subheading heading -> line(".SS " + styled(heading.title()));
            case Part.Paragraph paragraph -> {
                if (!afterHeading()) {
                    line(".PP");
                }
                line(styled(paragraph.text()));
            }
            case Part.Term term -> {
                line(".TP");
                line(styled(term.label()));
                line(styled(term.meaning()));
            }
            case Part.Typed typed -> {
                line(".PP");
                line(".RS 4");
                line(".EX");
                typed.lines().forEach(each -> line(escaped(each)));
                line(".EE");
                line(".RE");
            }
        }
    }

    /** Programs that make an index of pages expect the text of NAME there. */
    private boolean afterHeading() {
        int line = page.lastIndexOf("\n", page.length() - 2) + 1;
        return page.indexOf(".S", line) == line;
    }

    private void line(String text) {
        page.append(text).append('\n');
    }

    /** Text with the words in backticks in bold. */
    private static String styled(String text) {
        StringBuilder styled = new StringBuilder();
        boolean bold = false;
        int from = 0;
        for (int at = text.indexOf('`'); at >= 0; at = text.indexOf('`', from)) {
            styled.append(escaped(text.substring(from, at), styled.isEmpty())).append(bold ? "\\fR" : "\\fB");
            bold = !bold;
            from = at + 1;
        }
        return styled.append(escaped(text.substring(from), styled.isEmpty())).toString();
    }

    private static String escaped(String text) {
        return escaped(text, true);
    }

    /** Text without meaning for roff. */
    private static String escaped(String text, boolean atStart) {
        StringBuilder escaped = new StringBuilder();
        if (atStart && (text.startsWith(".") || text.startsWith("'"))) {
            escaped.append("\\&");
        }
        text.codePoints().forEach(c -> {
            if (c == '\\') {
                escaped.append("\\e");
            } else if (c == '-') {
                escaped.append("\\-");
            } else if (c > '~') {
                escaped.append(String.format(Locale.ROOT, "\\[u%04X]", c));
            } else {
                escaped.append(c < ' ' ? ' ' : (char) c);
            }
        });
        return escaped.toString();
    }
}

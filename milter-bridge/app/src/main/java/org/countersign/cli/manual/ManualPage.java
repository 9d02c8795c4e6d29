package org.countersign.cli.manual;

import java.time.LocalDate;
import java.util.List;

/**
 * A manual page.
 *
 * @param name such as {@code countersign-check}
 * @param section of the manual: 1 for commands, 5 for files
 * @param parts its content, from the section NAME on
 */
public record ManualPage(String name, int section, List<Part> parts) {
    public ManualPage {
        parts = List.copyOf(parts);
    }

    /** What a page consists of. In texts, words in backticks are what a person types. */
    sealed interface Part {
        /** The title of a section, in capitals. */
        record Heading(String title) implements Part {}

        /** The title of a part of a section. */
        record Subheading(String title) implements Part {}

        record Paragraph(String text) implements Part {}

        /** A term with its meaning. */
        record Term(String label, String meaning) implements Part {}

        /** Lines that are shown as they are. */
        record Typed(List<String> lines) implements Part {
            public Typed {
                lines = List.copyOf(lines);
            }
        }
    }

    /** The name of its file, such as {@code countersign-check.1}. */
    public String fileName() {
        return name + "." + section;
    }

    /**
     * The page in the macros of man(7).
     *
     * @param version of the program
     * @param date that the page shows
     */
    public String roff(String version, LocalDate date) {
        return new RoffWriter().write(this, version, date);
    }

    /** The page for a terminal of 80 columns. */
    public String plain() {
        return new PlainWriter().write(this);
    }
}

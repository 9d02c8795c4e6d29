package org.countersign.dkim;

import org.countersign.syntax.Escapes;

/**
 * A problem and what exactly brought it up.
 *
 * @param detail a few words for people, printable; may be empty
 */
public record Fault(DkimProblem problem, String detail) {
    private static final int LONGEST_DETAIL = 120;

    public Fault {
        detail = Escapes.printable(detail, LONGEST_DETAIL);
    }

    static Fault of(DkimProblem problem) {
        return new Fault(problem, "");
    }

    /** Half a sentence for people, with the rule behind it; US-ASCII, so that it may go anywhere. */
    public String describe() {
        return problem.description() + (detail.isEmpty() ? "" : ": " + detail) + " ("
                + problem.rule().replace("§", "section ") + ")";
    }
}

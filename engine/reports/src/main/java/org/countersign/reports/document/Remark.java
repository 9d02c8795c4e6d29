package org.countersign.reports.document;

import org.countersign.syntax.Escapes;

/**
 * A deviation of a report from its format, with the first place where it was found.
 *
 * @param subject the element concerned, or the element and its word; may be empty
 * @param row the number of the record, from 1; 0 outside of records
 * @param line the line of the document, from 1
 * @param times how often it was found
 */
public record Remark(RemarkKind kind, String subject, int row, int line, long times) {
    private static final int MAX_SHOWN = 100;

    /** The remark in one line of US-ASCII, such as {@code spf result nxdomain: a word ... (row 5, line 38, 3 times)}. */
    public String describe() {
        StringBuilder out = new StringBuilder();
        if (!subject.isEmpty()) {
            out.append(Escapes.printable(subject, MAX_SHOWN)).append(": ");
        }
        out.append(kind.description()).append(" (");
        if (row > 0) {
            out.append("row ").append(row).append(", ");
        }
        out.append("line ").append(line);
        if (times > 1) {
            out.append(", ").append(times).append(" times");
        }
        return out.append(')').toString();
    }
}

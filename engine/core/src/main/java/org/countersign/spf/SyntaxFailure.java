package org.countersign.spf;

/**
 * A place in a record or an explanation that breaks the grammar of RFC 7208 §12.
 *
 * @param offset index of its first octet
 * @param detail the text at this place, made printable and cut short
 */
public record SyntaxFailure(SyntaxProblem problem, int offset, String detail) {
    /** {@code unknown mechanism "moo" at offset 21}. */
    @Override
    public String toString() {
        return problem.phrase() + (detail.isEmpty() ? "" : " \"" + detail + "\"") + " at offset " + offset;
    }
}

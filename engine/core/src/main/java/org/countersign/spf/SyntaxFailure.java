package org.countersign.spf;

/**
 * A syntax error in a record or an explanation, by the grammar of RFC 7208 §12.
 *
 * @param offset index of the first octet that is wrong
 * @param detail the text at this index, made printable and shortened
 */
public record SyntaxFailure(SyntaxProblem problem, int offset, String detail) {
    /** {@code unknown mechanism "moo" at offset 21}. */
    @Override
    public String toString() {
        return problem.phrase() + (detail.isEmpty() ? "" : " \"" + detail + "\"") + " at offset " + offset;
    }
}

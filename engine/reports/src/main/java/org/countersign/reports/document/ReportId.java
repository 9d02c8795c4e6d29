package org.countersign.reports.document;

import java.util.Optional;
import org.countersign.syntax.Ascii;

/**
 * The id of a report in the form that RFC 9990 §3.5.1 recommends ({@code ridfmt}): {@code dot-atom-text}, optionally
 * {@code @} and another one. Reports of other systems may have any text as their id, so those are not of this type.
 */
public final class ReportId {
    private static final int MAX_LENGTH = 200;
    private static final String ATEXT_MARKS = "!#$%&'*+-/=?^_`{|}~";

    private final String text;

    private ReportId(String text) {
        this.text = text;
    }

    /** Parses an id; empty for text of another form, and for more than 200 characters. */
    public static Optional<ReportId> parse(String text) {
        int at = text.indexOf('@');
        boolean valid = text.length() <= MAX_LENGTH
                && (at < 0 ? isDotAtom(text) : isDotAtom(text.substring(0, at)) && isDotAtom(text.substring(at + 1)));
        return valid ? Optional.of(new ReportId(text)) : Optional.empty();
    }

    /** Whether it has only letters and digits, so that it can be the {@code unique-id} of a file name (RFC 9990 §3.5.2). */
    public boolean isAlphaNumeric() {
        return text.chars().allMatch(Ascii::isAlphaNumeric);
    }

    // RFC 5322 §3.2.3
    private static boolean isDotAtom(String text) {
        boolean expectsAtom = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                if (expectsAtom) {
                    return false;
                }
                expectsAtom = true;
            } else if (Ascii.isAlphaNumeric(c) || ATEXT_MARKS.indexOf(c) >= 0) {
                expectsAtom = false;
            } else {
                return false;
            }
        }
        return !expectsAtom;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReportId that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The id without angle brackets. */
    @Override
    public String toString() {
        return text;
    }
}

package org.countersign.message;

import java.util.Optional;
import org.countersign.syntax.Octets;

/**
 * Text in the character sets of ISO-2022-JP and its relatives (RFC 1468), raw in a field: escape sequences switch
 * between ASCII and letters of two octets, which look like ASCII to programs that do not know the set.
 */
final class ShiftedText {
    private static final char ESCAPE = 0x1B;
    private static final String LETTER = "\uFFFD";

    private ShiftedText() {}

    /**
     * The text with one letter in place of each run in another set, as programs see it that know the set. Empty where
     * there are other control characters, or a run does not end before its line does.
     */
    static Optional<String> without(Octets value) {
        String text = value.utf8();
        StringBuilder out = new StringBuilder(text.length());
        boolean shifted = false;
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ESCAPE) {
                int length = sequence(text, at);
                if (length == 0) {
                    return Optional.empty();
                }
                boolean toAscii = text.charAt(at + 1) == '(';
                if (!toAscii) {
                    out.append(LETTER);
                }
                shifted = !toAscii;
                at += length;
                continue;
            }
            boolean fold = text.startsWith("\r\n ", at) || text.startsWith("\r\n\t", at);
            boolean control = c == 0x7F || (c < ' ' && c != '\t' && !fold);
            if (shifted ? c < '!' || c > '~' : control) {
                return Optional.empty();
            }
            if (!shifted) {
                out.append(c);
            }
            at += fold ? 2 : 1;
        }
        return shifted ? Optional.empty() : Optional.of(out.toString());
    }

    /** How long the sequence is: to ASCII or JIS X 0201 Roman, or to a set of two octets. */
    private static int sequence(String text, int at) {
        if (text.startsWith("(B", at + 1) || text.startsWith("(J", at + 1)) {
            return 3;
        }
        if (text.startsWith("$@", at + 1) || text.startsWith("$B", at + 1) || text.startsWith("$A", at + 1)) {
            return 3;
        }
        return text.startsWith("$(C", at + 1) || text.startsWith("$(D", at + 1) ? 4 : 0;
    }
}

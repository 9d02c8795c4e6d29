package org.countersign.message;

import java.util.Optional;
import org.countersign.syntax.Octets;

/**
 * Unencoded text in ISO-2022-JP and related character sets (RFC 1468). Escape sequences switch between ASCII and letters of
 * two octets, which look like ASCII to programs that do not know these sets.
 */
final class ShiftedText {
    private static final char ESCAPE = 0x1B;
    private static final String LETTER = "\uFFFD";

    private ShiftedText() {}

    /**
     * The text with one letter for each sequence in another set, as read by programs that know these sets. Empty if
     * there are other control characters, or a sequence does not end before its line.
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

    /** The length of an escape sequence to ASCII, to JIS X 0201 Roman, or to a set of two octets; 0 for none. */
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

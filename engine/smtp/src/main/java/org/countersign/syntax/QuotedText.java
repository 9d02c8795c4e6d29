package org.countersign.syntax;

/** Writes text with the delimiters and backslashes of RFC 5322 §3.2, which are also those of zone files (RFC 1035 §5.1). */
public final class QuotedText {
    private QuotedText() {}

    /** The text between quotation marks (RFC 5322 §3.2.4). */
    public static String quotedString(String text) {
        return delimited('"', text, '"');
    }

    /** The text between parentheses (RFC 5322 §3.2.2). */
    public static String comment(String text) {
        return delimited('(', text, ')');
    }

    private static String delimited(char open, String text, char close) {
        StringBuilder out = new StringBuilder(text.length() + 8).append(open);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' || c == open || c == close) {
                out.append('\\');
            }
            out.append(c);
        }
        return out.append(close).toString();
    }
}

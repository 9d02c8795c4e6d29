package org.countersign.message;

/**
 * The text of an address field as a program reads it that knows comments, quoted strings and domain literals, even where the
 * rest of the field is broken. A bracket or a comma in them is no mark for such a program, but it is one for others.
 */
final class TokenText {
    private static final char NO_MARK = '*';
    // The end of a comment or string that has none is looked for up to the end of the field.
    private static final int MAX_UNCLOSED = 16;

    private final String text;
    private final StringBuilder read;
    private int unclosed;

    private TokenText(String text) {
        this.text = text;
        this.read = new StringBuilder(text);
    }

    /** The text, of the same length, with comments as white space and without marks in quoted strings and literals. */
    static String of(String text) {
        TokenText tokens = new TokenText(text);
        int at = 0;
        while (at < text.length()) {
            at = tokens.next(at);
        }
        return tokens.read.toString();
    }

    /** The index after the token at this index. */
    private int next(int at) {
        int end = unclosed == MAX_UNCLOSED
                ? -1
                : switch (text.charAt(at)) {
                    case '(' -> commentEnd(at);
                    case '"' -> quoteEnd(at);
                    case '[' -> text.indexOf(']', at);
                    default -> at;
                };
        if (end <= at) {
            return at + 1;
        }
        boolean comment = text.charAt(at) == '(';
        for (int i = comment ? at : at + 1; i < (comment ? end + 1 : end); i++) {
            if (comment) {
                read.setCharAt(i, ' ');
            } else if ("<>,;:@()[]\"\\".indexOf(text.charAt(i)) >= 0) {
                read.setCharAt(i, NO_MARK);
            }
        }
        return end + 1;
    }

    // RFC 5322 §3.2.2
    private int commentEnd(int start) {
        int depth = 0;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '(') {
                depth++;
            } else if (c == ')' && --depth == 0) {
                return i;
            }
        }
        unclosed++;
        return -1;
    }

    // RFC 5322 §3.2.4
    private int quoteEnd(int start) {
        for (int i = start + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                return i;
            }
        }
        unclosed++;
        return -1;
    }
}

package org.countersign.authres;

import java.io.ByteArrayOutputStream;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/**
 * Splits the value of an Authentication-Results field into keywords, values, comments and white space, in linear time.
 */
final class ResultsLexer {
    private static final int MAX_COMMENT_DEPTH = 32;

    private final Octets text;
    private int at;

    ResultsLexer(Octets text) {
        this.text = text;
    }

    /** A syntax error at an index. */
    static final class ParseFailure extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final int offset;
        private final String detail;
        private final boolean endUnknown;

        private ParseFailure(int offset, String detail, boolean endUnknown) {
            super(detail, null, false, false);
            this.offset = offset;
            this.detail = detail;
            this.endUnknown = endUnknown;
        }

        int offset() {
            return offset;
        }

        String detail() {
            return detail;
        }

        /** Whether the end of the entry is unknown, so that the rest may be part of a quoted string or a comment. */
        boolean endUnknown() {
            return endUnknown;
        }
    }

    static ParseFailure failure(int offset, String detail) {
        return new ParseFailure(offset, detail, false);
    }

    int at() {
        return at;
    }

    /** Continues at an earlier index. */
    void resetTo(int earlier) {
        at = earlier;
    }

    /** The text from an index to the current position. */
    Octets from(int start) {
        return text.slice(start, at);
    }

    /** The text from the current position to the end. */
    Octets rest() {
        return text.from(at);
    }

    /** The next octet, or -1 at the end. */
    int peek() {
        return at < text.length() ? text.at(at) : -1;
    }

    /** Whether an entry ends here. */
    boolean isAtEntryEnd() {
        return at >= text.length() || text.at(at) == ';';
    }

    void next() {
        at++;
    }

    void expect(char octet) {
        if (peek() != octet) {
            throw failure(at, "expected " + octet);
        }
        at++;
    }

    /** The next digits up to a limit; may be empty. */
    String digits(int limit) {
        int start = at;
        while (at - start < limit && Ascii.isDigit(peek())) {
            at++;
        }
        return from(start).latin1();
    }

    /** A keyword, in lower case. */
    String keyword() {
        int start = at;
        while (ResultsText.isKeywordCharacter(peek())) {
            at++;
        }
        String word = from(start).latin1();
        if (!ResultsText.isKeyword(word)) {
            throw failure(start, "expected a keyword");
        }
        return Ascii.lower(word);
    }

    /** A token, a quoted string, an address, or an unquoted text as some software writes it. */
    Octets value() {
        int start = at;
        if (peek() == '"') {
            Octets quoted = quotedString();
            if (peek() != '@') {
                return quoted;
            }
        }
        while (isBare(peek())) {
            at++;
        }
        return from(start);
    }

    /** The value of a property; an address may be in angle brackets, as large providers write it. */
    Octets propertyValue() {
        if (peek() != '<') {
            return value();
        }
        int start = ++at;
        while (peek() != '>') {
            if (peek() == '"') {
                quotedString();
            } else if (isBare(peek())) {
                at++;
            } else {
                throw failure(start - 1, "angle bracket without an end");
            }
        }
        Octets inside = from(start);
        at++;
        if (isBare(peek()) || peek() == '"') {
            throw failure(at, "text after an angle bracket");
        }
        return inside;
    }

    private static boolean isBare(int octet) {
        return octet > 0x20 && octet != 0x7F && ";()\"\\".indexOf(octet) < 0;
    }

    private Octets quotedString() {
        int start = at;
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (int i = at + 1; i < text.length(); i++) {
            int octet = text.at(i);
            if (octet == '"') {
                at = i + 1;
                return Octets.wrap(content.toByteArray());
            }
            if (octet == '\\' && i + 1 < text.length()) {
                i++;
                content.write(text.at(i));
            } else if (octet != '\r' && octet != '\n') {
                // RFC 5322 §3.2.4: the CRLF of a fold is not part of the text, but its white space is.
                content.write(octet);
            }
        }
        throw new ParseFailure(start, "quoted string without an end", true);
    }

    /** Skips white space, folds and comments. */
    void skip() {
        while (true) {
            if (Ascii.isFws(peek())) {
                at++;
            } else if (peek() == '(') {
                at = endOfComment();
            } else {
                return;
            }
        }
    }

    /**
     * Skips white space, folds and comments, and returns the text of the comments up to a limit.
     */
    String comments() {
        StringBuilder comments = new StringBuilder();
        while (true) {
            if (Ascii.isFws(peek())) {
                at++;
            } else if (peek() == '(') {
                int start = at;
                at = endOfComment();
                if (comments.length() < ResultsText.MAX_COMMENT) {
                    comments.append(comments.isEmpty() ? "" : " ").append(textOfComment(start, at));
                }
            } else {
                return comments.toString();
            }
        }
    }

    private int endOfComment() {
        int depth = 0;
        for (int i = at; i < text.length(); i++) {
            int octet = text.at(i);
            if (octet == '(' && ++depth > MAX_COMMENT_DEPTH) {
                throw new ParseFailure(at, "comments nested too deeply", true);
            }
            if (octet == ')' && --depth == 0) {
                return i + 1;
            }
            if (octet == '\\' && i + 1 < text.length()) {
                i++;
            }
        }
        throw new ParseFailure(at, "comment without an end", true);
    }

    private String textOfComment(int start, int end) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (int i = start + 1; i < end - 1; i++) {
            int octet = text.at(i);
            if (octet == '\\') {
                i++;
                content.write(text.at(i));
            } else if (octet != '\r' && octet != '\n') {
                content.write(octet);
            }
        }
        return ResultsText.decode(Octets.wrap(content.toByteArray()));
    }

    /** Skips to the next semicolon outside quoted strings and comments, or to the end. */
    void skipEntry() {
        while (!isAtEntryEnd()) {
            switch (peek()) {
                case '"' -> quotedString();
                case '(' -> at = endOfComment();
                default -> at++;
            }
        }
    }
}

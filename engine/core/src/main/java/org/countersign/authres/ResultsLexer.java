package org.countersign.authres;

import java.io.ByteArrayOutputStream;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/**
 * Takes the value of an Authentication-Results field apart into keywords, values, comments and white space. All of
 * it is linear.
 */
final class ResultsLexer {
    private static final int MAX_COMMENT_DEPTH = 32;

    private final Octets text;
    private int at;

    ResultsLexer(Octets text) {
        this.text = text;
    }

    /** What stands at an index is not what was expected there. */
    static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final int offset;
        private final String detail;
        private final boolean restLost;

        private Unreadable(int offset, String detail, boolean restLost) {
            super(detail, null, false, false);
            this.offset = offset;
            this.detail = detail;
            this.restLost = restLost;
        }

        int offset() {
            return offset;
        }

        String detail() {
            return detail;
        }

        /** Whether nobody can tell where the entry ends, so that what follows may be within quotes or a comment. */
        boolean restLost() {
            return restLost;
        }
    }

    static Unreadable unreadable(int offset, String detail) {
        return new Unreadable(offset, detail, false);
    }

    int at() {
        return at;
    }

    /** Reads once more from an index that has been passed. */
    void backTo(int earlier) {
        at = earlier;
    }

    /** What has been read since an index. */
    Octets from(int start) {
        return text.slice(start, at);
    }

    /** What has not been read yet. */
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
            throw unreadable(at, "expected " + octet);
        }
        at++;
    }

    /** Digits, as many as there are up to a limit; perhaps none. */
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
        while (FieldText.isKeywordCharacter(peek())) {
            at++;
        }
        String word = from(start).latin1();
        if (!FieldText.isKeyword(word)) {
            throw unreadable(start, "expected a keyword");
        }
        return Ascii.lower(word);
    }

    /** A token, a quoted string, an address, or what others write in their place. */
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

    /** The value of a property: an address may stand between angle brackets, as large hosters write it. */
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
                throw unreadable(start - 1, "angle bracket without an end");
            }
        }
        Octets inside = from(start);
        at++;
        if (isBare(peek()) || peek() == '"') {
            throw unreadable(at, "more behind an angle bracket");
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
                // RFC 5322 §3.2.4: of a fold, the white space belongs to the text and the line end does not.
                content.write(octet);
            }
        }
        throw new Unreadable(start, "quoted string without an end", true);
    }

    /** Goes behind white space, folds and comments. */
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
     * Skips white space, folds and comments like {@link #skip}, and returns the text of the comments, cut at a limit.
     */
    String comments() {
        StringBuilder comments = new StringBuilder();
        while (true) {
            if (Ascii.isFws(peek())) {
                at++;
            } else if (peek() == '(') {
                int start = at;
                at = endOfComment();
                if (comments.length() < FieldText.MAX_COMMENT) {
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
                throw new Unreadable(at, "comments nested too deeply", true);
            }
            if (octet == ')' && --depth == 0) {
                return i + 1;
            }
            if (octet == '\\' && i + 1 < text.length()) {
                i++;
            }
        }
        throw new Unreadable(at, "comment without an end", true);
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
        return FieldText.decode(Octets.wrap(content.toByteArray()));
    }

    /** Goes to the next semicolon that is neither in quotes nor in a comment, or to the end. */
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

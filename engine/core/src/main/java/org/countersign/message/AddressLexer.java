package org.countersign.message;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/**
 * Splits an address field into the tokens of RFC 5322 §3.2: atoms, quoted strings, domain literals and single special
 * characters. White space, folds and comments are dropped, but a token records whether there was any before it. Octets
 * above 127 count as letters (RFC 6532 §3.2).
 */
final class AddressLexer {
    private static final int MAX_COMMENT_DEPTH = 16;

    enum Kind {
        ATOM,
        QUOTED,
        LITERAL,
        SPECIAL,
        END
    }

    /**
     * One token.
     *
     * @param text the octets as written, with quotation marks and brackets
     * @param spaceBefore whether there is white space or a comment before it
     */
    record Token(Kind kind, Octets text, boolean spaceBefore) {
        boolean is(char special) {
            return kind == Kind.SPECIAL && text.at(0) == special;
        }

        boolean isWord() {
            return kind == Kind.ATOM || kind == Kind.QUOTED;
        }
    }

    /**
     * A comment with an {@code @} or an angle bracket, which some programs read as a part of addresses.
     *
     * @param before the number of tokens before it
     */
    record AddressComment(Octets text, int before) {}

    /** A syntax error, which the parser converts to a value. */
    static final class ParseFailure extends RuntimeException {
        private final AuthorDomain.Problem problem;
        private final String detail;

        ParseFailure(AuthorDomain.Problem problem, String detail) {
            super(problem.name(), null, false, false);
            this.problem = problem;
            this.detail = detail;
        }

        AuthorDomain.Spelling spelling() {
            return new AuthorDomain.Spelling(problem, detail);
        }
    }

    private final Octets value;
    private final List<Token> tokens = new ArrayList<>();
    private List<AddressComment> addressComments = List.of();
    private int at;
    private boolean spaceBefore;
    private boolean commented;

    private AddressLexer(Octets value) {
        this.value = value;
    }

    /**
     * Splits a field into tokens; the last one is END. A field with only white space has only END. A field with only comments
     * has an END with {@code spaceBefore}.
     *
     * @throws ParseFailure for text that is no token
     */
    static AddressLexer read(Octets value) {
        AddressLexer lexer = new AddressLexer(value);
        lexer.checkOctets();
        while (lexer.at < value.length()) {
            lexer.next();
        }
        lexer.tokens.add(new Token(Kind.END, Octets.EMPTY, lexer.commented));
        return lexer;
    }

    List<Token> tokens() {
        return tokens;
    }

    List<AddressComment> addressComments() {
        return addressComments;
    }

    private void checkOctets() {
        for (int i = 0; i < value.length(); i++) {
            int octet = value.at(i);
            if (octet == '\r' && isFold(i)) {
                i += 2;
            } else if ((octet < 0x20 && octet != '\t') || octet == 0x7F) {
                throw new ParseFailure(AuthorDomain.Problem.CONTROL_CHARACTER, "octet " + octet + " at " + i);
            }
        }
        if (!isUtf8(value)) {
            checkBackslashes();
        }
    }

    private boolean isFold(int carriageReturn) {
        return carriageReturn + 2 < value.length()
                && value.at(carriageReturn + 1) == '\n'
                && Ascii.isWsp(value.at(carriageReturn + 2));
    }

    // In some multi-octet character sets the second octet of a letter is a backslash. A program that knows the set does
    // not read it as an escape.
    private void checkBackslashes() {
        for (int i = 1; i < value.length(); i++) {
            if (value.at(i) == '\\' && value.at(i - 1) > 0x7F) {
                throw new ParseFailure(AuthorDomain.Problem.BAD_ENCODING, "at " + i);
            }
        }
    }

    static boolean isUtf8(Octets text) {
        if (text.isAscii()) {
            return true;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text.toByteArray()));
            return true;
        } catch (CharacterCodingException notUtf8) {
            return false;
        }
    }

    private void next() {
        int octet = value.at(at);
        if (Ascii.isFws(octet)) {
            spaceBefore = true;
            at++;
        } else if (octet == '(') {
            comment();
        } else if (octet == '"') {
            quoted();
        } else if (octet == '[') {
            literal();
        } else if (isAtext(octet)) {
            int start = at;
            while (at < value.length() && isAtext(value.at(at))) {
                at++;
            }
            add(Kind.ATOM, start);
        } else if (octet == ')') {
            throw failure(AuthorDomain.Problem.UNBALANCED_COMMENT);
        } else if (octet == ']') {
            throw failure(AuthorDomain.Problem.UNBALANCED_BRACKETS);
        } else if (octet == '\\') {
            throw failure(AuthorDomain.Problem.STRAY_CHARACTER);
        } else {
            at++;
            add(Kind.SPECIAL, at - 1);
        }
    }

    private void add(Kind kind, int start) {
        tokens.add(new Token(kind, value.slice(start, at), spaceBefore));
        spaceBefore = false;
    }

    private ParseFailure failure(AuthorDomain.Problem problem) {
        return new ParseFailure(problem, "at " + at);
    }

    // RFC 5322 §3.2.2
    private void comment() {
        int depth = 0;
        boolean addressed = false;
        for (int i = at; i < value.length(); i++) {
            switch (value.at(i)) {
                case '\\' -> {
                    i++;
                    addressed |= i < value.length() && isMark(value.at(i));
                }
                case '@', '<', '>' -> addressed = true;
                case '(' -> {
                    depth++;
                    if (depth > MAX_COMMENT_DEPTH) {
                        throw failure(AuthorDomain.Problem.COMMENTS_TOO_DEEP);
                    }
                }
                case ')' -> {
                    depth--;
                    if (depth == 0) {
                        endComment(i + 1, addressed);
                        return;
                    }
                }
                default -> {}
            }
        }
        throw failure(AuthorDomain.Problem.UNBALANCED_COMMENT);
    }

    private static boolean isMark(int octet) {
        return octet == '@' || octet == '<' || octet == '>';
    }

    private void endComment(int end, boolean addressed) {
        if (addressed) {
            addressComments = addressComments.isEmpty() ? new ArrayList<>() : addressComments;
            addressComments.add(new AddressComment(value.slice(at, end), tokens.size()));
        }
        at = end;
        spaceBefore = true;
        commented = true;
    }

    // RFC 5322 §3.2.4
    private void quoted() {
        for (int i = at + 1; i < value.length(); i++) {
            int octet = value.at(i);
            if (octet == '\\') {
                i++;
            } else if (octet == '"') {
                int start = at;
                at = i + 1;
                add(Kind.QUOTED, start);
                return;
            }
        }
        throw failure(AuthorDomain.Problem.UNBALANCED_QUOTES);
    }

    // RFC 5322 §3.4.1
    private void literal() {
        for (int i = at + 1; i < value.length(); i++) {
            int octet = value.at(i);
            if (octet == ']') {
                int start = at;
                at = i + 1;
                add(Kind.LITERAL, start);
                return;
            }
            if (octet == '[' || octet == '\\') {
                break;
            }
        }
        throw failure(AuthorDomain.Problem.UNBALANCED_BRACKETS);
    }

    // RFC 5322 §3.2.3, with RFC 6532 §3.2
    private static boolean isAtext(int octet) {
        return octet > 0x7F || Ascii.isAlphaNumeric(octet) || "!#$%&'*+-/=?^_`{|}~".indexOf(octet) >= 0;
    }
}

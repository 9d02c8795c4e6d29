package org.countersign.spf;

import java.util.ArrayList;
import java.util.List;
import org.countersign.spf.MacroString.Letter;
import org.countersign.spf.MacroString.Literal;
import org.countersign.spf.MacroString.Macro;
import org.countersign.spf.MacroString.Part;
import org.countersign.spf.MacroString.Symbol;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;
import org.jspecify.annotations.Nullable;

/** Parses one macro-string and collects its syntax errors (RFC 7208 §7.1). */
final class MacroParser {
    /** The purpose of the text: it decides whether spaces and the letters c, r and t are allowed. */
    enum Purpose {
        DOMAIN,
        UNKNOWN_MODIFIER,
        EXPLANATION
    }

    private static final Letter[] LETTERS = Letter.values();
    private static final String DELIMITERS = ".-+,/_=";
    // RFC 7208 §7.3 requires at least 127; no value has as many parts as this.
    private static final int MAX_PARTS = 100_000;
    private static final int MAX_DETAIL = 40;
    private static final int MAX_FAILURES = 10;

    private final Octets text;
    private final Purpose purpose;
    private final List<SyntaxFailure> failures = new ArrayList<>(0);
    private final List<Part> parts = new ArrayList<>(1);

    MacroParser(Octets text, Purpose purpose) {
        this.text = text;
        this.purpose = purpose;
    }

    List<SyntaxFailure> failures() {
        return failures;
    }

    /** Parses the text within these bounds. The result is valid only if there are no failures. */
    MacroString parse(int from, int to) {
        int literalFrom = from;
        int at = from;
        while (at < to) {
            int octet = text.at(at);
            if (octet == '%') {
                addLiteral(literalFrom, at);
                at = parseExpand(at, to);
                literalFrom = at;
            } else {
                if (!Ascii.isVisible(octet) && !(octet == ' ' && purpose == Purpose.EXPLANATION)) {
                    report(SyntaxProblem.BAD_CHARACTER, at, at + 1);
                }
                at++;
            }
        }
        addLiteral(literalFrom, to);
        return new MacroString(parts);
    }

    private void addLiteral(int from, int to) {
        if (from < to) {
            parts.add(new Literal(text.slice(from, to).latin1()));
        }
    }

    private void report(SyntaxProblem problem, int from, int to) {
        if (failures.size() < MAX_FAILURES) {
            failures.add(new SyntaxFailure(
                    problem,
                    from,
                    text.slice(from, Math.min(to, from + MAX_DETAIL)).toString()));
        }
    }

    /** Parses the macro-expand that begins with the percent sign at {@code at}; returns the index of its end. */
    private int parseExpand(int at, int to) {
        int next = at + 1 < to ? text.at(at + 1) : -1;
        switch (next) {
            case '%' -> parts.add(Symbol.PERCENT);
            case '_' -> parts.add(Symbol.SPACE);
            case '-' -> parts.add(Symbol.ENCODED_SPACE);
            case '{' -> {
                return parseMacro(at, to);
            }
            default -> {
                // RFC 7208 §7.3: a percent sign before anything else is a syntax error.
                report(SyntaxProblem.BAD_MACRO, at, Math.min(at + 2, to));
                return at + 1;
            }
        }
        return at + 2;
    }

    private int parseMacro(int at, int to) {
        int end = text.slice(0, to).indexOf('}', at);
        if (end < 0) {
            report(SyntaxProblem.BAD_MACRO, at, to);
            return to;
        }
        int index = at + 2;
        Letter letter = letter(text.at(index));
        if (letter == null) {
            report(SyntaxProblem.BAD_MACRO, at, end + 1);
            return end + 1;
        }
        boolean upper = text.at(index) < 'a';
        index++;
        int digitsFrom = index;
        int count = 0;
        while (index < end && Ascii.isDigit(text.at(index))) {
            count = Math.min(count * 10 + text.at(index) - '0', MAX_PARTS);
            index++;
        }
        // RFC 7208 §7.3: the number of parts must not be zero.
        boolean zero = index > digitsFrom && count == 0;
        boolean reversed = index < end && Ascii.lower(text.at(index)) == 'r';
        int delimitersFrom = reversed ? index + 1 : index;
        if (zero || !areDelimiters(delimitersFrom, end)) {
            report(SyntaxProblem.BAD_MACRO, at, end + 1);
        } else if (letter.onlyInExplanations() && purpose == Purpose.DOMAIN) {
            report(SyntaxProblem.MACRO_ONLY_IN_EXPLANATION, at, end + 1);
        } else {
            String delimiters = text.slice(delimitersFrom, end).latin1();
            parts.add(new Macro(letter, count, reversed, delimiters, upper));
        }
        return end + 1;
    }

    private boolean areDelimiters(int from, int to) {
        for (int i = from; i < to; i++) {
            if (DELIMITERS.indexOf(text.at(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable Letter letter(int octet) {
        int folded = Ascii.lower(octet);
        for (Letter letter : LETTERS) {
            if (letter.symbol() == folded) {
                return letter;
            }
        }
        return null;
    }
}

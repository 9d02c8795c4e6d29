package org.countersign.dns.replay;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

/**
 * The words of a line of a master file (RFC 1035 §5.1): words and quoted strings with their escapes undone. Parentheses
 * may continue the line.
 */
final class MasterFileLine {
    // The data of a record has at most 65,535 octets, each of which may be written with four characters.
    private static final int MAX_WORDS_OCTETS = 300_000;

    private final String text;
    private int at;
    private int line;
    private boolean inParentheses;
    private final List<Octets> words = new ArrayList<>();
    private int octets;

    /**
     * @param from where the line begins
     * @param line its number
     */
    MasterFileLine(String text, int from, int line) {
        this.text = text;
        this.at = from;
        this.line = line;
    }

    /** Where the next line begins. */
    int end() {
        return at;
    }

    /** The number of the next line. */
    int nextLine() {
        return line;
    }

    /** The words; a comment and the line end are passed over. Malformed: the problem. */
    Parsed<List<Octets>, DnsSnapshot.Mistake> words() {
        while (at < text.length()) {
            char c = text.charAt(at);
            switch (c) {
                case '\n' -> {
                    at++;
                    line++;
                    if (!inParentheses) {
                        return new Parsed.Value<>(words);
                    }
                }
                case ' ', '\t', '\r' -> at++;
                case ';' -> skipComment();
                case '(', ')' -> {
                    if (inParentheses == (c == '(')) {
                        return mistake(
                                c == '(' ? "a parenthesis inside parentheses" : "a parenthesis that was not opened");
                    }
                    inParentheses = c == '(';
                    at++;
                }
                default -> {
                    String problem = word(c == '"');
                    if (!problem.isEmpty()) {
                        return mistake(problem);
                    }
                }
            }
        }
        return inParentheses ? mistake("the parenthesis is not closed") : new Parsed.Value<>(words);
    }

    private Parsed<List<Octets>, DnsSnapshot.Mistake> mistake(String problem) {
        return new Parsed.Malformed<>(new DnsSnapshot.Mistake(line, problem));
    }

    private void skipComment() {
        while (at < text.length() && text.charAt(at) != '\n') {
            at++;
        }
    }

    /** Reads a word or a string. Returns the problem, or an empty text. */
    private String word(boolean quoted) {
        ByteArrayOutputStream word = new ByteArrayOutputStream();
        at += quoted ? 1 : 0;
        while (at < text.length() && !ends(text.charAt(at), quoted)) {
            char c = text.charAt(at++);
            if (c > '~' || (c < ' ' && c != '\t')) {
                return "a character that is not printing US-ASCII: write it as \\ and three decimal digits";
            }
            if (c == '\\') {
                int octet = escaped();
                if (octet < 0) {
                    return "after \\ there must be a character, or three decimal digits up to 255";
                }
                word.write(octet);
            } else {
                word.write(c);
            }
        }
        if (quoted) {
            if (at == text.length() || text.charAt(at) != '"') {
                return "the quotation mark is not closed on its line";
            }
            at++;
        }
        octets += word.size() + 1;
        words.add(Octets.wrap(word.toByteArray()));
        return octets > MAX_WORDS_OCTETS ? "the record is too long" : "";
    }

    private static boolean ends(char c, boolean quoted) {
        return c == '\n' || c == '\r' || (quoted ? c == '"' : " \t;()\"".indexOf(c) >= 0);
    }

    private int escaped() {
        if (at == text.length()) {
            return -1;
        }
        char first = text.charAt(at);
        if (!Ascii.isDigit(first)) {
            at++;
            return first >= ' ' && first <= '~' ? first : -1;
        }
        if (at + 3 > text.length()) {
            return -1;
        }
        int octet = 0;
        for (int i = 0; i < 3; i++) {
            char digit = text.charAt(at++);
            if (!Ascii.isDigit(digit)) {
                return -1;
            }
            octet = 10 * octet + (digit - '0');
        }
        return octet <= 255 ? octet : -1;
    }
}

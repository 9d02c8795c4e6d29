package org.countersign.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The words of a line of a table file. Blanks separate words, and {@code #} begins a comment. A word, or the value of an
 * option, may be in double or single quotes, within which blanks and {@code #} are ordinary characters. Within double
 * quotes, a backslash escapes a double quote or a backslash.
 *
 * @param words without their quotes
 * @param unclosed the first quotation mark without a second one, with the text after it; empty if there is none
 */
record QuotedWords(List<String> words, Optional<String> unclosed) {
    QuotedWords {
        words = List.copyOf(words);
    }

    static QuotedWords of(String line) {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < line.length() && line.charAt(at) != '#') {
            if (isBlank(line, at)) {
                at++;
                continue;
            }
            int start = at;
            StringBuilder word = new StringBuilder();
            while (at < line.length() && !isBlank(line, at) && line.charAt(at) != '#') {
                boolean opens = isQuote(line.charAt(at)) && (at == start || line.charAt(at - 1) == '=');
                if (!opens) {
                    word.append(line.charAt(at));
                    at++;
                    continue;
                }
                int close = closing(line, at);
                if (close < 0) {
                    return new QuotedWords(words, Optional.of(line.substring(at)));
                }
                String quoted = line.substring(at, close + 1);
                // The quotes of a local part, as in "a b"@example.org, belong to the address.
                word.append(endsWord(line, close + 1) ? unquoted(quoted) : quoted);
                at = close + 1;
            }
            words.add(word.toString());
        }
        return new QuotedWords(words, Optional.empty());
    }

    private static int closing(String line, int open) {
        char quote = line.charAt(open);
        for (int at = open + 1; at < line.length(); at++) {
            if (line.charAt(at) == quote) {
                return at;
            }
            if (line.charAt(at) == '\\' && quote == '"') {
                at++;
            }
        }
        return -1;
    }

    private static String unquoted(String quoted) {
        boolean escapes = quoted.charAt(0) == '"';
        StringBuilder text = new StringBuilder();
        for (int at = 1; at < quoted.length() - 1; at++) {
            char c = quoted.charAt(at);
            char next = quoted.charAt(at + 1);
            if (escapes && c == '\\' && at + 1 < quoted.length() - 1 && (next == '"' || next == '\\')) {
                at++;
                c = next;
            }
            text.append(c);
        }
        return text.toString();
    }

    private static boolean endsWord(String line, int at) {
        return at == line.length() || isBlank(line, at) || line.charAt(at) == '#';
    }

    private static boolean isQuote(char c) {
        return c == '"' || c == '\'';
    }

    private static boolean isBlank(String line, int at) {
        return line.charAt(at) == ' ' || line.charAt(at) == '\t';
    }
}

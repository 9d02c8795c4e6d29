package org.countersign.syntax;

/**
 * Writes {@code key=value} pairs to a log line. A value is quoted and escaped unless it is a plain word. So text from a
 * message or a client can neither break the line nor look like a pair. Some programs search a line for a blank, a key and
 * {@code =}, and know no quotation marks. So such a blank is written as {@code \\x20} within a value.
 */
public final class LogPairs {
    private static final int MAX_VALUE = 16 * 1024;
    private static final int MIN_KEY = 2;
    private static final String BLANK = "\\x20";

    private LogPairs() {}

    /**
     * Appends a blank and a pair.
     *
     * @param key a word of this program, written without quotes
     */
    public static void append(StringBuilder line, String key, String value) {
        append(line, key, value, MAX_VALUE);
    }

    /**
     * Appends a blank and a pair, for a log with short lines.
     *
     * @param maxValue the maximum length of the value before it is escaped; a longer one is cut, with {@code ...}
     */
    public static void append(StringBuilder line, String key, String value, int maxValue) {
        boolean plain = value.length() <= maxValue && isPlain(value);
        line.append(' ').append(key).append('=').append(plain ? value : quoted(value, maxValue));
    }

    private static String quoted(String text, int maxValue) {
        return '"' + text(text, maxValue).replace("\"", "\\\"") + '"';
    }

    /**
     * The text in printing US-ASCII, with nothing in it that looks like a pair, for a line that has pairs elsewhere.
     *
     * @param limit the maximum length of the text before it is escaped; a longer one is cut, with {@code ...}
     */
    public static String text(String text, int limit) {
        String printable = Escapes.printable(text, limit);
        int first = printable.indexOf('=');
        if (first < 0) {
            return printable;
        }
        StringBuilder out = new StringBuilder(printable.length() + BLANK.length());
        int copied = 0;
        for (int equals = first; equals >= 0; equals = printable.indexOf('=', equals + 1)) {
            int key = equals;
            while (key > copied && isKey(printable.charAt(key - 1))) {
                key--;
            }
            // Keys have at least two letters. Tags such as p=reject and v=DKIM1 are left as they are.
            if (equals - key >= MIN_KEY && key > copied && printable.charAt(key - 1) == ' ') {
                out.append(printable, copied, key - 1).append(BLANK);
                copied = key;
            }
        }
        return out.append(printable, copied, printable.length()).toString();
    }

    private static boolean isKey(char c) {
        return (c >= 'a' && c <= 'z') || Ascii.isDigit(c) || c == '-';
    }

    private static boolean isPlain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (!Ascii.isAlphaNumeric(c) && "-._:/@+[]<>".indexOf(c) < 0) {
                return false;
            }
        }
        return !value.isEmpty();
    }
}

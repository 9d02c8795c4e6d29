package org.countersign.syntax;

/**
 * Writes {@code key=value} pairs to a log line. A value is quoted and escaped unless it is a plain word. So text from a
 * message or a client can neither break the line nor look like a pair.
 */
public final class LogPairs {
    private static final int MAX_VALUE = 16 * 1024;

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
        return '"' + Escapes.printable(text, maxValue).replace("\"", "\\\"") + '"';
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

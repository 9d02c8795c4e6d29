package org.countersign.syntax;

/**
 * Writes {@code key=value} pairs into a line of a log. Nothing that a message or a client says can break the
 * line or look like a pair: a value that is more than a plain word is quoted and escaped.
 */
public final class LogPairs {
    private static final int MAX_VALUE = 16 * 1024;

    private LogPairs() {}

    /**
     * Adds a blank and a pair.
     *
     * @param key one of ours, written as it is
     */
    public static void append(StringBuilder line, String key, String value) {
        line.append(' ').append(key).append('=').append(isPlain(value) ? value : quoted(value));
    }

    private static String quoted(String text) {
        return '"' + Escapes.printable(text, MAX_VALUE).replace("\"", "\\\"") + '"';
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

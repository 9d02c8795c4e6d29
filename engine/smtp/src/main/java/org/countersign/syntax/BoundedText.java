package org.countersign.syntax;

/** Cuts text to a bound, because senders choose the length of much of what is logged and shown. */
public final class BoundedText {
    private static final String MARK = "...";

    private BoundedText() {}

    /**
     * The text, or its beginning with {@code ...}. A character outside the BMP is never cut in two.
     *
     * @param max the maximum number of {@code char} values of the text that are kept, at least 1
     */
    public static String truncate(String text, int max) {
        if (text.length() <= max) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max;
        return text.substring(0, end) + MARK;
    }
}

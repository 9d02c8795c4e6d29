package org.countersign.reports.document;

/** Text for a document: bounded, in one line, and of characters that XML 1.0 allows. */
final class XmlText {
    static final char REPLACEMENT = '\uFFFD';

    private XmlText() {}

    /**
     * The text without white space around it, cut after {@code max} characters. Line ends and tabs become spaces, because a
     * reader may change them. Other control characters and what XML does not allow become U+FFFD.
     */
    static String cleaned(String text, int max) {
        String shown = text.strip();
        int end = Math.min(shown.length(), max);
        if (end < shown.length() && Character.isHighSurrogate(shown.charAt(end - 1))) {
            end--;
        }
        StringBuilder out = new StringBuilder(end);
        for (int i = 0; i < end; ) {
            int c = shown.codePointAt(i);
            i += Character.charCount(c);
            if (c == '\t' || c == '\n' || c == '\r') {
                out.append(' ');
            } else {
                out.appendCodePoint(isAllowed(c) && !Character.isISOControl(c) ? c : REPLACEMENT);
            }
        }
        return out.toString().strip();
    }

    /** Whether XML 1.0 allows the character (section 2.2 there). */
    static boolean isAllowed(int c) {
        return c >= 0x20
                ? c <= 0xD7FF || (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF)
                : c == '\t' || c == '\n' || c == '\r';
    }
}

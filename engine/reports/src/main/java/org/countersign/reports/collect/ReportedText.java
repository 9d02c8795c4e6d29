package org.countersign.reports.collect;

import org.countersign.syntax.Octets;

/** Texts of strangers as columns of the store. */
final class ReportedText {
    private static final int MAX_WORD = 255;

    private ReportedText() {}

    /** One word of printing US-ASCII: other characters become question marks, and what is too long is cut. */
    static String word(String text) {
        if (text.length() <= MAX_WORD && isPrinting(text, '!')) {
            return text;
        }
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), MAX_WORD); i++) {
            word.append(isGraphic(text.charAt(i)) ? text.charAt(i) : '?');
        }
        return word.toString();
    }

    /** A line of printing US-ASCII. */
    static String line(Octets text, int maxLength) {
        Octets cut = text.slice(0, Math.min(text.length(), maxLength));
        StringBuilder line = new StringBuilder(cut.length());
        for (int i = 0; i < cut.length(); i++) {
            line.append(cut.at(i) == ' ' || isGraphic(cut.at(i)) ? (char) cut.at(i) : '?');
        }
        return line.toString();
    }

    /** A line of printing US-ASCII. */
    static String line(String text, int maxLength) {
        return text.length() <= maxLength && isPrinting(text, ' ') ? text : line(Octets.utf8(text), maxLength);
    }

    private static boolean isPrinting(String text, char lowest) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < lowest || text.charAt(i) >= 0x7F) {
                return false;
            }
        }
        return true;
    }

    private static boolean isGraphic(int character) {
        return character > ' ' && character < 0x7F;
    }
}

package org.countersign.authres;

import java.io.ByteArrayOutputStream;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/**
 * The text that a program reads if it ignores invisible characters. These are control characters, line ends, and the
 * blanks and format characters of Unicode, such as U+00A0, U+200B and U+3000, in UTF-8 or ISO-8859-1.
 */
final class ReadableText {
    private static final int SOFT_HYPHEN = 0xAD;
    // Looks like a blank, but has another category.
    private static final int BRAILLE_BLANK = 0x2800;

    private ReadableText() {}

    /** Whether the text has no invisible characters except folds. */
    static boolean isReadableAsItIs(Octets text) {
        for (int i = 0; i < text.length(); i++) {
            int octet = text.at(i);
            if (octet >= 0x7F || (octet < 0x20 && octet != '\t' && !isOfFold(text, i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOfFold(Octets text, int at) {
        int lineFeed = text.at(at) == '\r' ? at + 1 : at;
        return text.at(at) != 0
                && lineFeed > 0
                && lineFeed + 1 < text.length()
                && text.at(lineFeed - 1) == '\r'
                && text.at(lineFeed) == '\n'
                && Ascii.isWsp(text.at(lineFeed + 1));
    }

    /**
     * The text without invisible characters.
     *
     * @param spaced whether to replace each by a space
     */
    static Octets of(Octets text, boolean spaced) {
        ByteArrayOutputStream result = new ByteArrayOutputStream(text.length());
        int at = 0;
        while (at < text.length()) {
            int length = sequenceLength(text, at);
            if (!isInvisible(codePoint(text, at, length))) {
                result.writeBytes(text.slice(at, at + length).toByteArray());
            } else if (spaced) {
                result.write(' ');
            }
            at += length;
        }
        return Octets.wrap(result.toByteArray());
    }

    private static boolean isInvisible(int codePoint) {
        if (codePoint < 0x80) {
            return codePoint == 0x7F || (codePoint < 0x20 && codePoint != '\t');
        }
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> codePoint == SOFT_HYPHEN || codePoint == BRAILLE_BLANK;
        };
    }

    /** The number of octets of the character at an index; 1 for a character in ISO-8859-1. */
    private static int sequenceLength(Octets text, int at) {
        int first = text.at(at);
        int length = first < 0xC2 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 1;
        if (at + length > text.length()) {
            return 1;
        }
        for (int i = 1; i < length; i++) {
            if ((text.at(at + i) & 0xC0) != 0x80) {
                return 1;
            }
        }
        return length;
    }

    private static int codePoint(Octets text, int at, int length) {
        int first = text.at(at);
        if (length == 1) {
            return first;
        }
        int codePoint = first & (0x7F >> length);
        for (int i = 1; i < length; i++) {
            codePoint = codePoint << 6 | (text.at(at + i) & 0x3F);
        }
        return codePoint;
    }
}

package org.countersign.smtp;

import org.countersign.syntax.Ascii;

/** The syntax of enhanced status codes such as {@code 5.7.26} (RFC 3463 §2). */
public final class EnhancedStatusCode {
    private static final int MAX_DIGITS = 3;

    private EnhancedStatusCode() {}

    /** Whether the text has the form class, subject and detail: one digit, and two numbers of one to three digits. */
    public static boolean isValid(String text) {
        int first = text.indexOf('.');
        int second = text.indexOf('.', first + 1);
        return first == 1
                && second > first
                && Ascii.isDigit(text.charAt(0))
                && isNumber(text, first + 1, second)
                && isNumber(text, second + 1, text.length());
    }

    /** Whether a valid enhanced code has the class of a reply code: {@code 5} for 550. */
    public static boolean matches(int replyCode, String enhancedCode) {
        return isValid(enhancedCode) && enhancedCode.charAt(0) - '0' == replyCode / 100;
    }

    private static boolean isNumber(String text, int from, int to) {
        boolean digits = to > from && to - from <= MAX_DIGITS;
        for (int i = from; digits && i < to; i++) {
            digits = Ascii.isDigit(text.charAt(i));
        }
        return digits;
    }
}

package org.countersign.importer;

import org.countersign.syntax.Ascii;

/** Compares a text with a pattern in which {@code *} is any text, in any case. */
final class WildcardPattern {
    private WildcardPattern() {}

    /** Whether the whole text matches. Takes time in proportion to the product of both lengths, for any input. */
    static boolean matches(String pattern, String text) {
        String lowerPattern = Ascii.lower(pattern);
        String lowerText = Ascii.lower(text);
        int p = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < lowerText.length()) {
            if (p < lowerPattern.length() && lowerPattern.charAt(p) == '*') {
                star = p++;
                resume = t;
            } else if (p < lowerPattern.length() && lowerPattern.charAt(p) == lowerText.charAt(t)) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (p < lowerPattern.length() && lowerPattern.charAt(p) == '*') {
            p++;
        }
        return p == lowerPattern.length();
    }
}

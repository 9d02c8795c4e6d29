package org.countersign.syntax;

/** Character classes and case folding of the email standards, for octets and independent of the locale. */
public final class Ascii {
    private Ascii() {}

    /** {@code A-Z} becomes {@code a-z}; any other octet is returned unchanged. */
    public static int lower(int octet) {
        return octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet;
    }

    /** The text in lower case; only {@code A-Z} are changed. */
    public static String lower(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                return lowerFrom(text, i);
            }
        }
        return text;
    }

    private static String lowerFrom(String text, int firstUpper) {
        char[] chars = text.toCharArray();
        for (int i = firstUpper; i < chars.length; i++) {
            chars[i] = (char) lower(chars[i]);
        }
        return new String(chars);
    }

    /** Whether the texts are equal if the case of {@code A-Z} is ignored. */
    public static boolean equalsIgnoreCase(String left, String right) {
        if (left.length() != right.length()) {
            return false;
        }
        for (int i = 0; i < left.length(); i++) {
            if (lower(left.charAt(i)) != lower(right.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** RFC 5234 ALPHA. */
    public static boolean isAlpha(int octet) {
        int folded = octet | 0x20;
        return folded >= 'a' && folded <= 'z';
    }

    /** RFC 5234 DIGIT. */
    public static boolean isDigit(int octet) {
        return octet >= '0' && octet <= '9';
    }

    /** RFC 5234 ALPHA or DIGIT. */
    public static boolean isAlphaNumeric(int octet) {
        return isAlpha(octet) || isDigit(octet);
    }

    /** RFC 5234 WSP: space or tab. */
    public static boolean isWsp(int octet) {
        return octet == ' ' || octet == '\t';
    }

    /** The octets of folding white space: WSP, CR and LF (RFC 5322 §3.2.2). */
    public static boolean isFws(int octet) {
        return octet <= ' ' && (octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n');
    }

    /** RFC 5234 VCHAR: a printing US-ASCII character, except space. */
    public static boolean isVisible(int octet) {
        return octet > 0x20 && octet < 0x7F;
    }

    /** Whether every character is US-ASCII. */
    public static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7F) {
                return false;
            }
        }
        return true;
    }

    /** The value of a hexadecimal digit of either case, or -1. */
    public static int hexDigit(int octet) {
        return octet > 0x7F ? -1 : Character.digit(octet, 16);
    }
}

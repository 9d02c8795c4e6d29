package org.countersign.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/** Parses the values of tags (RFC 6376 §3.2, §3.5) from any octets; never throws. */
public final class TagValues {
    /** RFC 6376 §3.5: a time of more than 12 digits may be treated as infinite. */
    public static final long MAX_TIME = 1_000_000_000_000L;

    // For the hashes, services and flags of key records, of which two or three are defined.
    private static final int MAX_ELEMENTS = 32;

    private static final int DELETE = 0x7F;

    private TagValues() {}

    /** Decodes base64 with folding white space anywhere; the padding may be missing. */
    static Optional<Octets> base64(Octets value) {
        return value.withoutFws().decodeBase64();
    }

    /**
     * Parses a decimal number.
     *
     * @param max returned for any larger number
     * @return empty if there are no digits, or other octets
     */
    public static OptionalLong number(Octets value, long max) {
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        long number = 0;
        for (int i = 0; i < value.length(); i++) {
            int octet = value.at(i);
            if (!Ascii.isDigit(octet)) {
                return OptionalLong.empty();
            }
            int digit = octet - '0';
            number = number > (max - digit) / 10 ? max : number * 10 + digit;
        }
        return OptionalLong.of(number);
    }

    /** Splits a list at its colons. White space around the elements and empty elements are removed. */
    public static List<String> list(Octets value) {
        return list(value, Octets::latin1, MAX_ELEMENTS);
    }

    /**
     * Splits a list as {@link #list(Octets)} does.
     *
     * @param text converts an element
     * @param max the number of elements that are read; the others are ignored
     */
    public static List<String> list(Octets value, Function<Octets, String> text, int max) {
        List<String> elements = new ArrayList<>(Math.min(max, 24));
        int from = 0;
        while (from <= value.length() && elements.size() < max) {
            int colon = value.indexOf(':', from);
            int to = colon < 0 ? value.length() : colon;
            Octets element = value.slice(from, to).trimFws();
            if (!element.isEmpty()) {
                elements.add(text.apply(element));
            }
            from = to + 1;
        }
        return elements;
    }

    /**
     * Decodes DKIM-Quoted-Printable (RFC 6376 §2.11): {@code =} and two hexadecimal digits are an octet, and folding
     * white space is ignored. The digits may be in lower case, and octets above 127 need no code (RFC 8616 §5).
     *
     * @return empty if an {@code =} is not followed by two digits, or a control character is not encoded
     */
    public static Optional<Octets> quotedPrintable(Octets value) {
        byte[] out = new byte[value.length()];
        int length = 0;
        for (int i = 0; i < value.length(); i++) {
            int octet = value.at(i);
            if (Ascii.isFws(octet)) {
                continue;
            }
            if (octet < ' ' || octet == DELETE) {
                return Optional.empty();
            }
            if (octet == '=') {
                if (i + 2 >= value.length()) {
                    return Optional.empty();
                }
                int high = Ascii.hexDigit(value.at(i + 1));
                int low = Ascii.hexDigit(value.at(i + 2));
                if (high < 0 || low < 0) {
                    return Optional.empty();
                }
                octet = high << 4 | low;
                i += 2;
            }
            out[length++] = (byte) octet;
        }
        return Optional.of(Octets.wrap(out).slice(0, length));
    }
}

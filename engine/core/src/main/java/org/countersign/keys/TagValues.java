package org.countersign.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/** The forms that the values of tags have (RFC 6376 §3.2, §3.5), read from any octets. */
public final class TagValues {
    // RFC 6376 §3.5: a time of more than 12 digits may be taken for infinite.
    public static final long ENDLESS = 1_000_000_000_000L;

    // Key records list hashes, services and flags, of which two or three are known.
    private static final int MAX_ELEMENTS = 32;

    private TagValues() {}

    /** Base64 with folding white space anywhere; padding may be missing. */
    static Optional<Octets> base64(Octets value) {
        return value.withoutFws().decodeBase64();
    }

    /**
     * A number of digits only; what does not fit becomes the cap.
     *
     * @return empty for anything else
     */
    public static OptionalLong number(Octets value, long cap) {
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
            number = number > (cap - digit) / 10 ? cap : number * 10 + digit;
        }
        return OptionalLong.of(number);
    }

    /** The elements of a list with colons, without the white space around them; empty ones are left out. */
    public static List<String> list(Octets value) {
        return list(value, Octets::latin1, MAX_ELEMENTS);
    }

    /**
     * Likewise, each as this function makes it.
     *
     * @param max how many elements are read; the others are left out
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
     * Decodes DKIM-Quoted-Printable (RFC 6376 §2.11): {@code =} and two hexadecimal digits are an octet,
     * folding white space is nothing.
     *
     * @return empty where an {@code =} is not followed by two digits
     */
    public static Optional<Octets> quotedPrintable(Octets value) {
        byte[] out = new byte[value.length()];
        int length = 0;
        for (int i = 0; i < value.length(); i++) {
            int octet = value.at(i);
            if (Ascii.isFws(octet)) {
                continue;
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

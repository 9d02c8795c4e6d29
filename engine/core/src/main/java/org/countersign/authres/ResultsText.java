package org.countersign.authres;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/** The characters and lengths that an Authentication-Results field permits, with and without quotes. */
final class ResultsText {
    static final int MAX_ID = 255;
    static final int MAX_REASON = 100;
    static final int MAX_COMMENT = 200;
    static final int MAX_KEYWORD = 64;

    private ResultsText() {}

    /** UTF-8 as text, with {@code ?} for malformed sequences. */
    static String decode(Octets octets) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE)
                    .replaceWith("?")
                    .decode(ByteBuffer.wrap(octets.toByteArray()))
                    .toString();
        } catch (CharacterCodingException impossible) {
            throw new IllegalStateException("a replacing decoder does not fail", impossible);
        }
    }

    /**
     * Removes control characters and line separators, replaces unpaired surrogates by {@code ?}, and cuts the text to a
     * number of octets in UTF-8.
     */
    static String clean(String text, int maxOctets) {
        StringBuilder clean = new StringBuilder(Math.min(text.length(), maxOctets));
        int octets = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (isControl(c)) {
                continue;
            }
            int shown = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? '?' : c;
            octets += octets(shown);
            if (octets > maxOctets) {
                break;
            }
            clean.appendCodePoint(shown);
        }
        return clean.toString();
    }

    private static boolean isControl(int c) {
        return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029;
    }

    private static int octets(int codePoint) {
        if (codePoint < 0x80) {
            return 1;
        }
        return codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }

    /** The text with {@code ?} for each character outside US-ASCII. */
    static String ascii(String text) {
        if (Ascii.isAscii(text)) {
            return text;
        }
        StringBuilder ascii = new StringBuilder(text.length());
        text.codePoints().forEach(c -> ascii.append(c > 0x7F ? '?' : (char) c));
        return ascii.toString();
    }

    /**
     * The keyword in lower case.
     *
     * @throws IllegalArgumentException if it is no keyword (RFC 5321 §4.1.2, but underscores are accepted)
     */
    static String keyword(String text) {
        if (!isKeyword(text)) {
            throw new IllegalArgumentException("not a keyword of letters, digits and hyphens");
        }
        return Ascii.lower(text);
    }

    static boolean isKeyword(String text) {
        if (text.isEmpty() || text.length() > MAX_KEYWORD) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (!isKeywordCharacter(text.charAt(i))) {
                return false;
            }
        }
        return Ascii.isAlphaNumeric(text.charAt(text.length() - 1));
    }

    static boolean isKeywordCharacter(int c) {
        return Ascii.isAlphaNumeric(c) || c == '-' || c == '_';
    }

    // RFC 2045 §5.1
    static boolean isTokenCharacter(int c) {
        return Ascii.isVisible(c) && "()<>@,;:\\\"/[]?=".indexOf(c) < 0;
    }

    static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isTokenCharacter(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /**
     * Whether it is {@code local@domain} or {@code @domain} that needs no quotes (RFC 8601 §2.2 pvalue). The domain has two
     * labels at least (RFC 6376 §3.5 domain-name).
     */
    static boolean isPlainAddress(String text) {
        int at = text.indexOf('@');
        return at >= 0
                && (at == 0 || isDotAtom(text, at))
                && !text.endsWith(".")
                && DomainName.parse(text.substring(at + 1))
                        .filter(domain -> domain.isLdh() && domain.labelCount() > 1)
                        .isPresent();
    }

    /** Whether the text up to this index is token characters with single dots between them. */
    private static boolean isDotAtom(String text, int to) {
        boolean afterDot = true;
        for (int i = 0; i < to; i++) {
            char c = text.charAt(i);
            if (c == '.') {
                if (afterDot) {
                    return false;
                }
                afterDot = true;
            } else if (!isTokenCharacter(c)) {
                return false;
            } else {
                afterDot = false;
            }
        }
        return !afterDot;
    }
}

package org.countersign.message;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.countersign.syntax.Ascii;

/**
 * Decodes the encoded words of RFC 2047 anywhere in a text, even in comments, in quoted strings and inside words, as lenient
 * programs do. A malformed encoded word is decoded as far as possible.
 */
final class EncodedWords {
    // No character set has a longer name.
    private static final int MAX_CHARSET = 40;

    private final String text;
    private final boolean joined;
    private final StringBuilder out;
    private boolean decodable = true;
    private boolean any;

    private EncodedWords(String text, boolean joined) {
        this.text = text;
        this.joined = joined;
        this.out = new StringBuilder(text.length());
    }

    /**
     * A decoded text.
     *
     * @param changed whether the text had encoded words
     * @param decodable whether the ASCII letters of all character sets in it could be decoded
     */
    record Decoded(String text, boolean changed, boolean decodable) {}

    /**
     * Decodes all encoded words once.
     *
     * @param joined whether to drop white space between two encoded words (RFC 2047 §6.2) and to add none. Otherwise there
     *     is white space around each, as in some programs
     */
    static Decoded decode(String text, boolean joined) {
        EncodedWords words = new EncodedWords(text, joined);
        words.run();
        return new Decoded(words.out.toString(), words.any, words.decodable);
    }

    private void run() {
        int at = 0;
        int begin = text.indexOf("=?");
        while (begin >= 0) {
            int charsetEnd = text.indexOf('?', begin + 2);
            if (charsetEnd < 0) {
                break;
            }
            boolean word = charsetEnd - begin - 2 <= MAX_CHARSET
                    && charsetEnd + 2 < text.length()
                    && text.charAt(charsetEnd + 2) == '?'
                    && "bBqQ".indexOf(text.charAt(charsetEnd + 1)) >= 0;
            if (!word) {
                begin = text.indexOf("=?", begin + 2);
                continue;
            }
            between(at, begin);
            int start = charsetEnd + 3;
            int close = text.indexOf("?=", start);
            int end = close < 0 ? text.length() : close;
            append(
                    text.substring(begin + 2, charsetEnd),
                    Ascii.lower(text.charAt(charsetEnd + 1)) == 'b',
                    text.substring(start, end));
            any = true;
            at = close < 0 ? end : end + 2;
            begin = text.indexOf("=?", at);
        }
        out.append(text, at, text.length());
    }

    private void between(int from, int to) {
        boolean blank = any && joined;
        for (int i = from; blank && i < to; i++) {
            blank = Ascii.isFws(text.charAt(i));
        }
        if (!blank) {
            out.append(text, from, to);
        }
    }

    private void append(String charsetAndLanguage, boolean base64, String encoded) {
        int language = charsetAndLanguage.indexOf('*');
        String charset = Ascii.lower(language < 0 ? charsetAndLanguage : charsetAndLanguage.substring(0, language));
        byte[] octets = base64 ? base64(encoded) : quotedPrintable(encoded);
        if (hidesAscii(charset)) {
            decodable = false;
        }
        out.append(joined ? "" : " ")
                .append(new String(octets, charset(charset)))
                .append(joined ? "" : " ");
    }

    private static byte[] base64(String encoded) {
        StringBuilder letters = new StringBuilder(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (Ascii.isAlphaNumeric(c) || c == '+' || c == '/') {
                letters.append(c);
            }
        }
        // A single remaining letter encodes no whole octet.
        letters.setLength(letters.length() % 4 == 1 ? letters.length() - 1 : letters.length());
        return Base64.getDecoder().decode(letters.toString());
    }

    // RFC 2047 §4.2
    private static byte[] quotedPrintable(String encoded) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '_') {
                octets.write(' ');
            } else if (c == '='
                    && i + 2 < encoded.length()
                    && Ascii.hexDigit(encoded.charAt(i + 1)) >= 0
                    && Ascii.hexDigit(encoded.charAt(i + 2)) >= 0) {
                octets.write(Ascii.hexDigit(encoded.charAt(i + 1)) << 4 | Ascii.hexDigit(encoded.charAt(i + 2)));
                i += 2;
            } else {
                octets.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        return octets.toByteArray();
    }

    /** Whether ASCII letters may have octets in this character set that differ from ASCII. */
    private static boolean hidesAscii(String charset) {
        return switch (charset) {
            case "utf7", "scsu", "bocu-1" -> true;
            default ->
                charset.startsWith("utf-7")
                        || charset.startsWith("unicode-")
                        || charset.startsWith("hz")
                        || charset.contains("imap")
                        || charset.contains("ebcdic")
                        || isEbcdicPage(charset);
        };
    }

    // Most code pages with a number up to 1399 are EBCDIC, but those of DOS and Windows are not.
    private static boolean isEbcdicPage(String charset) {
        int digits = charset.length();
        while (digits > 0 && Ascii.isDigit(charset.charAt(digits - 1))) {
            digits--;
        }
        String name = charset.substring(0, digits);
        boolean page = name.endsWith("ibm") || name.endsWith("ibm-") || name.endsWith("cp") || name.endsWith("cp-");
        if (!page || charset.length() - digits > 5) {
            return false;
        }
        String number = charset.substring(digits);
        return switch (number) {
            case "437", "720", "737", "775", "874", "932", "936", "949", "950", "1125" -> false;
            default ->
                !(number.length() == 3 && (number.startsWith("85") || number.startsWith("86")))
                        && !(number.length() == 4 && number.startsWith("125"));
        };
    }

    /** A character set that decodes the ASCII letters correctly; other letters do not matter. */
    private static Charset charset(String name) {
        return switch (name) {
            case "utf-16", "utf16", "iso-10646-ucs-2", "ucs-2" -> StandardCharsets.UTF_16;
            case "utf-16be" -> StandardCharsets.UTF_16BE;
            case "utf-16le" -> StandardCharsets.UTF_16LE;
            case "utf-32", "utf-32be", "utf-32le" -> available(name);
            case "utf32", "iso-10646-ucs-4", "ucs-4" -> available("utf-32");
            // Their letters have octets that look like ASCII.
            case "iso-2022-jp", "iso-2022-kr", "gbk", "gb18030", "big5", "shift_jis" -> available(name);
            case "gb2312" -> available("gbk");
            default -> StandardCharsets.UTF_8;
        };
    }

    private static Charset available(String name) {
        return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.UTF_8;
    }
}

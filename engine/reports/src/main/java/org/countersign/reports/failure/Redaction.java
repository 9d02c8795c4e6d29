package org.countersign.reports.failure;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.countersign.syntax.Ascii;

/**
 * Removes what is private from text for a failure report (RFC 6590). Local parts of addresses become 8 letters and digits of a keyed
 * hash. So the same person is always the same in reports of one key, and nobody without the key can find out who it is. Links
 * become {@code hxxp} (RFC 9991 §7.3).
 *
 * <p>Usable by several threads at once.
 */
public final class Redaction {
    /** The length of a key in octets, at least. */
    public static final int MIN_KEY = 16;

    private static final int HASHED = 5;
    private static final int MAX_ADDRESSES = 20;
    private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
    private static final String LOCAL_PART_MARKS = "!#$%&'*+-/=?^_`{|}~.";

    private final SecretKeySpec key;

    /** @throws IllegalArgumentException for a key of less than 16 octets */
    public Redaction(byte[] key) {
        if (key.length < MIN_KEY) {
            throw new IllegalArgumentException("a key has at least " + MIN_KEY + " octets, not " + key.length);
        }
        this.key = new SecretKeySpec(key, "HmacSHA256");
    }

    /** The text with all addresses in it redacted, without links, in printing US-ASCII. Other characters become question marks. */
    String text(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '@') {
                int end = domainEnd(text, i + 1);
                redactLocalPart(out, text.substring(i + 1, end));
            }
            out.append(printable(c));
        }
        return withoutLinks(out.toString());
    }

    /** The text in printing US-ASCII and without links. An identifier such as a Message-ID keeps what is before its {@code @}. */
    String identifier(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            out.append(printable(text.charAt(i)));
        }
        return withoutLinks(out.toString());
    }

    private static char printable(char c) {
        return c == '\t' ? ' ' : c < 0x20 || c >= 0x7F ? '?' : c;
    }

    private static int domainEnd(String text, int from) {
        int end = from;
        while (end < text.length()
                && (Ascii.isAlphaNumeric(text.charAt(end)) || text.charAt(end) == '-' || text.charAt(end) == '.')) {
            end++;
        }
        return end;
    }

    private void redactLocalPart(StringBuilder out, String domain) {
        int from = localPartStart(out, out.length());
        String localPart = out.substring(from);
        out.setLength(from);
        if (!localPart.isEmpty()) {
            out.append(hash(localPart, domain));
        }
    }

    private static int localPartStart(CharSequence text, int at) {
        int from = at;
        if (from > 0 && text.charAt(from - 1) == '"') {
            // A quoted local part may hold anything, so it begins at the quotation mark before.
            from--;
            while (from > 0 && text.charAt(from - 1) != '"') {
                from--;
            }
            return Math.max(from - 1, 0);
        }
        while (from > 0
                && (Ascii.isAlphaNumeric(text.charAt(from - 1))
                        || LOCAL_PART_MARKS.indexOf(text.charAt(from - 1)) >= 0)) {
            from--;
        }
        return from;
    }

    /** The addresses in the text, redacted and in angle brackets, without what is between them. At most 20. */
    String addresses(String text) {
        List<String> addresses = new ArrayList<>();
        for (int at = text.indexOf('@'); at >= 0 && addresses.size() < MAX_ADDRESSES; at = text.indexOf('@', at + 1)) {
            String localPart = text.substring(localPartStart(text, at), at);
            String domain = text.substring(at + 1, domainEnd(text, at + 1));
            if (!localPart.isEmpty() && !domain.isEmpty()) {
                addresses.add("<" + hash(localPart, domain) + "@" + domain + ">");
            }
        }
        return String.join(", ", addresses);
    }

    private static String withoutLinks(String text) {
        StringBuilder out = new StringBuilder(text);
        String lower = Ascii.lower(text);
        for (int at = lower.indexOf("http"); at >= 0; at = lower.indexOf("http", at + 1)) {
            out.replace(at, at + 4, "hxxp");
        }
        return out.toString();
    }

    private String hash(String localPart, String domain) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            byte[] hash = mac.doFinal((localPart + "@" + Ascii.lower(domain)).getBytes(StandardCharsets.UTF_8));
            long bits = 0;
            for (int i = 0; i < HASHED; i++) {
                bits = bits << 8 | (hash[i] & 0xFF);
            }
            StringBuilder letters = new StringBuilder(8);
            for (int shift = 35; shift >= 0; shift -= 5) {
                letters.append(BASE32.charAt((int) (bits >> shift & 0x1F)));
            }
            return letters.toString();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java runtime has HmacSHA256", impossible);
        }
    }
}

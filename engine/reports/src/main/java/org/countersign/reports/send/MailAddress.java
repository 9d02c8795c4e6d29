package org.countersign.reports.send;

import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Ascii;

/**
 * An address that reports are sent to or from: US-ASCII, without quotes and comments, so that it is the same in a header
 * field and in an SMTP command.
 *
 * @param localPart a dot-atom (RFC 5322 §3.2.3)
 */
public record MailAddress(String localPart, DomainName domain) {
    // RFC 5321 §4.5.3.1.1
    private static final int MAX_LOCAL_PART = 64;
    private static final String SYMBOLS = "!#$%&'*+-/=?^_`{|}~";

    /** Parses an address; empty for other text. */
    public static Optional<MailAddress> parse(String text) {
        int at = text.indexOf('@');
        if (at < 1 || at != text.lastIndexOf('@') || at > MAX_LOCAL_PART) {
            return Optional.empty();
        }
        String localPart = text.substring(0, at);
        return isDotAtom(localPart) && Ascii.isAscii(text)
                ? DomainName.parse(text.substring(at + 1))
                        .filter(domain -> domain.isLdh() && domain.labelCount() > 1)
                        .map(domain -> new MailAddress(localPart, domain))
                : Optional.empty();
    }

    private static boolean isDotAtom(String text) {
        return !text.startsWith(".")
                && !text.endsWith(".")
                && !text.contains("..")
                && text.chars().allMatch(c -> Ascii.isAlphaNumeric(c) || c == '.' || SYMBOLS.indexOf(c) >= 0);
    }

    /**
     * Parses the address of a {@code mailto:} URI (RFC 6068 §2). Its header fields are ignored. Empty for several addresses, and
     * for one that is not plain.
     */
    static Optional<MailAddress> ofMailto(String uri) {
        int from = uri.indexOf(':') + 1;
        int query = uri.indexOf('?', from);
        return decode(uri.substring(from, query < 0 ? uri.length() : query)).flatMap(MailAddress::parse);
    }

    private static Optional<String> decode(String text) {
        StringBuilder decoded = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                if (i + 2 >= text.length()) {
                    return Optional.empty();
                }
                int high = Ascii.hexDigit(text.charAt(i + 1));
                int low = Ascii.hexDigit(text.charAt(i + 2));
                if (high < 0 || low < 0) {
                    return Optional.empty();
                }
                c = (char) (high << 4 | low);
                i += 2;
            }
            decoded.append(c);
        }
        return Optional.of(decoded.toString());
    }

    /** The address in lower case, by which suppressions and limits are counted. */
    String key() {
        return Ascii.lower(localPart) + "@" + domain;
    }

    /** As in a header field. */
    @Override
    public String toString() {
        return localPart + "@" + domain;
    }
}

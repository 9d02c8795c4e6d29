package org.countersign.keys;

import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.syntax.QuotedText;

/** Writes public key records in the form in which they are published. */
public final class PublicKeyRecords {
    /** What is told about a selector for which {@link #name} gives no name. */
    public static final String NAME_TOO_LONG = "selector and domain together make a name that is too long for the DNS";

    // RFC 1035 §3.3: a character-string has at most 255 octets.
    private static final int MAX_STRING = 255;

    private PublicKeyRecords() {}

    /** The name of a key record (RFC 6376 §3.6.2.1); empty if it would be too long. */
    public static Optional<DomainName> name(DomainName domain, String selector) {
        return domain.child(selector + "._domainkey");
    }

    /**
     * A line for a zone file. Its text is split into as many character-strings as necessary.
     *
     * @param selector for example {@code s2026}
     * @param record the result of {@link SigningKey#publicKeyRecord()}
     * @throws IllegalArgumentException if selector and domain do not make a domain name
     */
    public static String zoneLine(String selector, DomainName domain, String record) {
        DomainName owner =
                name(domain, selector).orElseThrow(() -> new IllegalArgumentException("not a selector: " + selector));
        return zoneLine(owner, record);
    }

    /**
     * A line for a zone file, for a record that may be elsewhere than under the name of its key.
     *
     * @param owner where the record is
     * @param record the text of the record
     */
    public static String zoneLine(DomainName owner, String record) {
        StringBuilder line =
                new StringBuilder(record.length() + 128).append(owner).append(". IN TXT (");
        for (int from = 0; from < record.length(); from += MAX_STRING) {
            String string = record.substring(from, Math.min(from + MAX_STRING, record.length()));
            line.append(' ').append(QuotedText.quotedString(string));
        }
        return line.append(" )").toString();
    }
}

package org.countersign.signature;

import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.keys.TagValues;
import org.countersign.syntax.Octets;

/**
 * An Agent or User Identifier: the address in the {@code i=} tag of DKIM (RFC 6376 §2.6, §3.5).
 *
 * @param localPart decoded; empty if the tag has none. Any text: the sender wrote it
 */
public record Auid(String localPart, DomainName domain) {
    /**
     * Parses the value of the tag; never throws. The local part may have any characters, but control characters must be
     * encoded (RFC 6376 §2.11).
     *
     * @return empty for a malformed identifier, and for one that programs divide differently
     */
    public static Optional<Auid> parse(Octets value) {
        if (isDivided(value)) {
            return Optional.empty();
        }
        String text = TagValues.quotedPrintable(value).map(Octets::utf8).orElse("");
        int at = text.lastIndexOf('@');
        return at < 0
                ? Optional.empty()
                : SignatureTags.domainName(text.substring(at + 1)).map(name -> new Auid(text.substring(0, at), name));
    }

    /** Whether programs may read two addresses or two domains: an {@code @} in a local part needs quotes or its code. */
    private static boolean isDivided(Octets value) {
        int marks = 0;
        boolean quoted = false;
        for (int i = 0; i < value.length(); i++) {
            int octet = value.at(i);
            if (quoted && octet == '\\') {
                i++;
            } else if (octet == '"') {
                quoted = !quoted;
            } else if (octet == '@' && !quoted) {
                marks++;
            }
        }
        return marks > 1;
    }
}

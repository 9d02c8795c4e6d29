package org.countersign.domain;

import java.util.Optional;
import org.countersign.syntax.Escapes;

/** The address of an SMTP MAIL FROM command (RFC 5321 §4.1.1.2). */
public sealed interface ReversePath {
    /** {@code MAIL FROM:<>}, the sender of bounces. */
    record Null() implements ReversePath {
        @Override
        public String toString() {
            return "<>";
        }
    }

    /**
     * An address.
     *
     * @param localPart as sent, with quotes; empty for {@code @domain}
     * @param domainText the part after the last {@code @}, as sent; empty without one
     */
    record Address(String localPart, String domainText) implements ReversePath {
        @Override
        public String toString() {
            return "<" + Escapes.printable(localPart + (domainText.isEmpty() ? "" : "@" + domainText)) + ">";
        }

        /** The domain; empty for text that is no domain name. That of an address literal is no host name. */
        public Optional<DomainName> domain() {
            return DomainName.parse(domainText);
        }
    }

    /**
     * Parses any text as an address, with or without angle brackets, in UTF-8 or ASCII. A source route is removed (RFC 5321
     * §4.1.1.3). Text without {@code @} is an address without a domain.
     */
    static ReversePath parse(String text) {
        String address = text.strip();
        if (address.startsWith("<") && address.endsWith(">")) {
            address = address.substring(1, address.length() - 1).strip();
        }
        if (address.isEmpty()) {
            return new Null();
        }
        if (address.startsWith("@") && address.indexOf(':') > 0) {
            address = address.substring(address.indexOf(':') + 1);
        }
        int at = address.lastIndexOf('@');
        return at < 0 ? new Address(address, "") : new Address(address.substring(0, at), address.substring(at + 1));
    }
}

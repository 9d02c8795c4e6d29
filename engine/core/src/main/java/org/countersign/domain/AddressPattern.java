package org.countersign.domain;

import java.util.Optional;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.QuotedText;

/** A pattern for email addresses, in any case. */
public sealed interface AddressPattern {
    /** All addresses: {@code *}. */
    record Any() implements AddressPattern {
        @Override
        public boolean matches(String localPart, DomainName domain) {
            return true;
        }

        @Override
        public String toString() {
            return "*";
        }
    }

    /** All addresses of this domain, but not of its subdomains: {@code example.org}. */
    record Domain(DomainName name) implements AddressPattern {
        @Override
        public boolean matches(String localPart, DomainName domain) {
            return domain.equals(name);
        }

        @Override
        public String toString() {
            return name.toString();
        }
    }

    /** All addresses of the subdomains of this domain: {@code *.example.org}. */
    record Below(DomainName name) implements AddressPattern {
        @Override
        public boolean matches(String localPart, DomainName domain) {
            return domain.isWithin(name) && !domain.equals(name);
        }

        @Override
        public String toString() {
            return "*." + name;
        }
    }

    /**
     * One address: {@code alice@example.org}.
     *
     * @param localPart in lower case, without the quotes that it may be written with: they are no part of the address
     *     (RFC 5321 §4.1.2)
     */
    record Address(String localPart, DomainName domain) implements AddressPattern {
        // RFC 5322 §3.2.3, without the dot.
        private static final String SPECIALS = "()<>[]:;@\\,\"";

        public Address {
            localPart = Ascii.lower(unquoted(localPart));
        }

        @Override
        public boolean matches(String otherLocalPart, DomainName otherDomain) {
            return otherDomain.equals(domain)
                    && Ascii.lower(unquoted(otherLocalPart)).equals(localPart);
        }

        private static String unquoted(String written) {
            if (written.indexOf('"') < 0) {
                return written;
            }
            StringBuilder plain = new StringBuilder(written.length());
            boolean quoted = false;
            for (int i = 0; i < written.length(); i++) {
                char c = written.charAt(i);
                if (c == '"') {
                    quoted = !quoted;
                    continue;
                }
                if (c == '\\' && quoted && i + 1 < written.length()) {
                    i++;
                }
                plain.append(written.charAt(i));
            }
            return plain.toString();
        }

        /** The address with quotes if it needs them (RFC 5321 §4.1.2). */
        @Override
        public String toString() {
            return (needsQuotes() ? QuotedText.quotedString(localPart) : localPart) + "@" + domain;
        }

        private boolean needsQuotes() {
            for (int i = 0; i < localPart.length(); i++) {
                if (localPart.charAt(i) <= ' ' || SPECIALS.indexOf(localPart.charAt(i)) >= 0) {
                    return true;
                }
            }
            return false;
        }
    }

    boolean matches(String localPart, DomainName domain);

    /** Whether this pattern matches all addresses that the other one matches. */
    default boolean covers(AddressPattern other) {
        return switch (this) {
            case Any any -> true;
            case Address address -> address.equals(other);
            case Domain(DomainName name) ->
                other.equals(this) || (other instanceof Address address && name.equals(address.domain()));
            case Below(DomainName name) ->
                switch (other) {
                    case Any any -> false;
                    case Below(DomainName below) -> below.isWithin(name);
                    case Domain(DomainName domain) -> matches("", domain);
                    case Address address -> matches("", address.domain());
                };
        };
    }

    /**
     * Parses {@code *}, {@code example.org}, {@code *.example.org}, {@code .example.org} (the same) or
     * {@code alice@example.org}; empty for other text. {@code *@} before a domain is ignored: OpenDKIM writes patterns in
     * this way.
     */
    static Optional<AddressPattern> parse(String text) {
        if (text.equals("*")) {
            return Optional.of(new Any());
        }
        int at = text.lastIndexOf('@');
        if (at >= 0) {
            String localPart = text.substring(0, at);
            String domains = text.substring(at + 1);
            if (localPart.equals("*")) {
                return parse(domains);
            }
            return localPart.isEmpty() ? Optional.empty() : name(domains).map(domain -> new Address(localPart, domain));
        }
        if (text.startsWith(".")) {
            return name(text.substring(1)).map(Below::new);
        }
        return text.startsWith("*.")
                ? name(text.substring(2)).map(Below::new)
                : name(text).map(Domain::new);
    }

    /** Parses a pattern for domains; empty for a single address. */
    static Optional<AddressPattern> parseDomain(String text) {
        return parse(text).filter(pattern -> !(pattern instanceof Address));
    }

    private static Optional<DomainName> name(String text) {
        return DomainName.parse(text).filter(DomainName::isHostName);
    }
}

package org.countersign.vectors;

import java.util.List;

/** A record of a {@link VectorZone}, as text; what it means is for the DNS of the program under test. */
public sealed interface ZoneRecord {
    /**
     * A TXT record.
     *
     * @param strings its character-strings. Where the file gave one text it is one element here, of any
     *     length: whoever serves it on the wire splits it into strings of at most 255 octets of UTF-8.
     */
    record Text(List<String> strings) implements ZoneRecord {
        public Text {
            strings = List.copyOf(strings);
        }

        /** The strings joined without a separator, as SPF, DKIM and DMARC read them. */
        public String joined() {
            return String.join("", strings);
        }
    }

    /** An A or AAAA record, by the form of the address. */
    record Address(String address) implements ZoneRecord {}

    record MailExchange(int preference, String exchange) implements ZoneRecord {}

    record Pointer(String target) implements ZoneRecord {}

    record Alias(String target) implements ZoneRecord {}

    /** Any question for this type at this name fails, whatever else the zone holds. */
    record Failure(Type type, Trouble trouble) implements ZoneRecord {}

    /** The types that a zone may hold; the names are the keys of the file. */
    enum Type {
        TXT,
        A,
        AAAA,
        MX,
        PTR,
        CNAME
    }

    /** How a question fails. */
    enum Trouble {
        /** The server answers that it could not resolve the name. */
        SERVFAIL,
        /** No server answers. */
        TIMEOUT
    }
}

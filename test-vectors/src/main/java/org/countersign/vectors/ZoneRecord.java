package org.countersign.vectors;

import java.util.List;

/**
 * A record of a {@link VectorZone} as text. The DNS server or client of the tested program interprets it.
 */
public sealed interface ZoneRecord {
    /**
     * A TXT record.
     *
     * @param strings its character-strings. A single text in the file is one element of any length. A DNS server splits
     *     it into strings of at most 255 octets of UTF-8.
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

    /** Every query for this type at this name fails, even if the zone has such records. */
    record Failure(Type type, FailureKind kind) implements ZoneRecord {}

    /** The record types of a zone. Their names are the keys in the file. */
    enum Type {
        TXT,
        A,
        AAAA,
        MX,
        PTR,
        CNAME
    }

    /** How a query fails. */
    enum FailureKind {
        /** The server returns SERVFAIL. */
        SERVFAIL,
        /** No server answers. */
        TIMEOUT
    }
}

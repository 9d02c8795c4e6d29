package org.countersign.dns;

import java.net.InetAddress;
import java.util.List;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Octets;

/** The data of one resource record. */
public sealed interface DnsRecord {
    /** The estimated memory of the record, in octets. */
    default int weight() {
        return switch (this) {
            case Address address -> 96;
            case MailExchange mx -> 32 + weight(mx.exchange());
            case Pointer pointer -> 24 + weight(pointer.target());
            case Text text -> {
                int weight = 48;
                for (Octets string : text.strings()) {
                    weight += 48 + string.length();
                }
                yield weight;
            }
        };
    }

    /** The estimated memory of a name, in octets. */
    static int weight(DomainName name) {
        return 72 + name.toString().length();
    }

    /** An A or AAAA record. */
    record Address(InetAddress address) implements DnsRecord {}

    /** An MX record. */
    record MailExchange(int preference, DomainName exchange) implements DnsRecord {}

    /** A PTR record. */
    record Pointer(DomainName target) implements DnsRecord {}

    /**
     * A TXT record. Its strings are octets in an unknown character set.
     *
     * @param strings the character-strings in order, each of at most 255 octets, possibly empty
     */
    record Text(List<Octets> strings) implements DnsRecord {
        public Text {
            strings = List.copyOf(strings);
        }

        /** The strings concatenated without a separator (RFC 7208 §3.3, RFC 6376 §3.6.2.2). */
        public Octets joined() {
            if (strings.size() == 1) {
                return strings.get(0);
            }
            int length = 0;
            for (Octets string : strings) {
                length += string.length();
            }
            byte[] all = new byte[length];
            int at = 0;
            for (Octets string : strings) {
                string.copyTo(all, at);
                at += string.length();
            }
            return Octets.wrap(all);
        }
    }
}

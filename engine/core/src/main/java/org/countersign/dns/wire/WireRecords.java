package org.countersign.dns.wire;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.RecordType;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** Names and records, from the engine's form to the library's and back. */
final class WireRecords {
    private WireRecords() {}

    static int type(RecordType type) {
        return switch (type) {
            case A -> Type.A;
            case AAAA -> Type.AAAA;
            case MX -> Type.MX;
            case PTR -> Type.PTR;
            case TXT -> Type.TXT;
        };
    }

    /**
     * The name as labels. Not through the library's text form, which takes backslashes, at signs and
     * parentheses for syntax, while a name out of a macro may hold them.
     */
    static Name name(DomainName name) {
        byte[] text = name.toString().getBytes(StandardCharsets.US_ASCII);
        byte[] wire = new byte[text.length + 2];
        int lengthAt = 0;
        for (int i = 0; i < text.length; i++) {
            if (text[i] == '.') {
                wire[lengthAt] = (byte) (i - lengthAt);
                lengthAt = i + 1;
            } else {
                wire[i + 1] = text[i];
            }
        }
        wire[lengthAt] = (byte) (text.length - lengthAt);
        try {
            return new Name(wire);
        } catch (IOException impossible) {
            throw new IllegalStateException("a domain name always fits a message: " + name, impossible);
        }
    }

    /** The labels as a name; empty for the root and where a label holds what no domain name of ours may. */
    static Optional<DomainName> domainName(Name name) {
        StringBuilder text = new StringBuilder(name.length());
        // The last label is that of the root.
        for (int i = 0; i < name.labels() - 1; i++) {
            byte[] label = name.getLabel(i);
            if (i > 0) {
                text.append('.');
            }
            for (int at = 1; at < label.length; at++) {
                if (!Ascii.isVisible(label[at]) || label[at] == '.') {
                    return Optional.empty();
                }
                text.append((char) label[at]);
            }
        }
        return DomainName.parse(text.toString());
    }

    /**
     * The data of a record of one of the five types; empty where it means nothing here: the null MX of RFC
     * 7505, a target that is no domain name.
     */
    static Optional<DnsRecord> data(Record data) {
        return switch (data) {
            case ARecord a -> Optional.of(new DnsRecord.Address(ipv4(a)));
            case AAAARecord aaaa -> Optional.of(new DnsRecord.Address(ipv6(aaaa)));
            case MXRecord mx ->
                domainName(mx.getTarget()).map(exchange -> new DnsRecord.MailExchange(mx.getPriority(), exchange));
            case PTRRecord ptr -> domainName(ptr.getTarget()).map(DnsRecord.Pointer::new);
            case TXTRecord txt -> Optional.of(text(txt));
            default -> Optional.empty();
        };
    }

    private static DnsRecord text(TXTRecord txt) {
        // The bytes: the library's text form has escapes in it.
        List<byte[]> strings = txt.getStringsAsByteArrays();
        return new DnsRecord.Text(strings.stream().map(Octets::wrap).toList());
    }

    // Made anew from the octets: the library's carries the record's name along.
    private static InetAddress ipv4(ARecord data) {
        try {
            return InetAddress.getByAddress(data.getAddress().getAddress());
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an A record holds four octets", impossible);
        }
    }

    // An AAAA record stays an IPv6 address even where it maps an IPv4 one, which Java would unwrap.
    private static InetAddress ipv6(AAAARecord data) {
        try {
            return Inet6Address.getByAddress(null, data.rdataToWireCanonical(), -1);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an AAAA record holds sixteen octets", impossible);
        }
    }
}

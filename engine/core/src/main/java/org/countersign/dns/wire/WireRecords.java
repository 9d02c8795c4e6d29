package org.countersign.dns.wire;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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

/** Converts names and records between the engine and the DNS library, for programs that use the library directly. */
public final class WireRecords {
    private WireRecords() {}

    public static int type(RecordType type) {
        return switch (type) {
            case A -> Type.A;
            case AAAA -> Type.AAAA;
            case MX -> Type.MX;
            case PTR -> Type.PTR;
            case TXT -> Type.TXT;
        };
    }

    /**
     * The name in wire format. The text parser of the library gives a meaning to backslashes, at signs and parentheses,
     * which are ordinary characters in a name that results from an SPF macro.
     */
    public static Name name(DomainName name) {
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

    /** The name of the engine; empty for the root, and for labels with characters that {@link DomainName} refuses. */
    public static Optional<DomainName> domainName(Name name) {
        StringBuilder text = new StringBuilder(name.length());
        // The last label is the root.
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
     * The record of the engine; empty for records that it cannot represent: the null MX of RFC 7505, and a target that is
     * no domain name.
     */
    public static Optional<DnsRecord> data(Record data) {
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
        // The text form of the library contains escapes.
        List<byte[]> octets = txt.getStringsAsByteArrays();
        List<Octets> strings = new ArrayList<>(octets.size());
        for (byte[] each : octets) {
            strings.add(Octets.wrap(each));
        }
        return new DnsRecord.Text(strings);
    }

    // A new address: that of the library also keeps the name of the record.
    private static InetAddress ipv4(ARecord data) {
        try {
            return InetAddress.getByAddress(data.getAddress().getAddress());
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an A record holds four octets", impossible);
        }
    }

    // Inet6Address keeps an IPv4-mapped address, which InetAddress would convert to IPv4.
    private static InetAddress ipv6(AAAARecord data) {
        try {
            return Inet6Address.getByAddress(null, data.rdataToWireCanonical(), -1);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an AAAA record holds sixteen octets", impossible);
        }
    }
}

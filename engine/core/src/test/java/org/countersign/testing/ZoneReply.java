package org.countersign.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Octets;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSInput;
import org.xbill.DNS.Flags;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Turns what a {@link StaticZone} answers into DNS messages. */
final class ZoneReply {
    /** How long the server says that its answers hold. */
    static final long TTL = 3600;

    private static final int MAX_ALIASES = 12;

    private ZoneReply() {}

    /** The name asked for; empty for the root and for names that the project does not know as names. */
    static Optional<DomainName> nameOf(Message query) {
        return domainName(query.getQuestion().getName());
    }

    static String typeOf(Message query) {
        return Type.string(query.getQuestion().getType());
    }

    static int udpSize(Message query) {
        OPTRecord edns = query.getOPT();
        return edns == null ? 512 : Math.max(512, edns.getPayloadSize());
    }

    /** What a recursive server says to this query. */
    static Message to(Message query, DomainName asked, StaticZone zone) throws IOException {
        Message reply = new Message(query.getHeader().getID());
        reply.getHeader().setFlag(Flags.QR);
        reply.getHeader().setFlag(Flags.RD);
        reply.getHeader().setFlag(Flags.RA);
        reply.addRecord(query.getQuestion(), Section.QUESTION);
        DomainName name = asked;
        Optional<DomainName> alias = zone.aliasOf(name);
        for (int i = 0; alias.isPresent() && i < MAX_ALIASES; i++) {
            reply.addRecord(new CNAMERecord(wire(name), DClass.IN, TTL, wire(alias.get())), Section.ANSWER);
            name = alias.get();
            alias = zone.aliasOf(name);
        }
        if (alias.isEmpty()) {
            addAnswer(reply, name, ask(zone, name, typeOf(query)));
        }
        return reply;
    }

    private static DnsAnswer<?> ask(StaticZone zone, DomainName name, String type) {
        for (RecordType known : RecordType.values()) {
            if (known.name().equals(type)) {
                return zone.lookup(new DnsQuery<>(name, known), Instant.MAX);
            }
        }
        // A name that has no record of a type known has none of another either.
        DnsAnswer<?> answer = zone.lookup(DnsQuery.txt(name), Instant.MAX);
        return answer instanceof DnsAnswer.Found ? new DnsAnswer.NoData<>(answer.metadata()) : answer;
    }

    private static void addAnswer(Message reply, DomainName name, DnsAnswer<?> answer) throws IOException {
        switch (answer) {
            case DnsAnswer.Found<?> found -> {
                for (DnsRecord data : found.records()) {
                    reply.addRecord(wire(name, data), Section.ANSWER);
                }
            }
            case DnsAnswer.NoData<?> none -> reply.addRecord(authority(name), Section.AUTHORITY);
            case DnsAnswer.NoSuchName<?> none -> {
                reply.getHeader().setRcode(Rcode.NXDOMAIN);
                reply.addRecord(authority(name), Section.AUTHORITY);
            }
            case DnsAnswer.BadAnswer<?> bad -> reply.getHeader().setRcode(Rcode.SERVFAIL);
            case DnsAnswer.Unavailable<?> none ->
                reply.getHeader()
                        .setRcode(none.failure() == DnsAnswer.Failure.REFUSED ? Rcode.REFUSED : Rcode.SERVFAIL);
        }
    }

    // Every top-level domain is a zone of its own, with a negative TTL of half the positive one.
    private static Record authority(DomainName name) throws IOException {
        Name top = wire(name.rightmost(1));
        return new SOARecord(top, DClass.IN, TTL, top, top, 1, 7200, 3600, 86_400, TTL / 2);
    }

    private static Record wire(DomainName owner, DnsRecord data) throws IOException {
        Name name = wire(owner);
        return switch (data) {
            case DnsRecord.Address address ->
                address.address().getAddress().length == 4
                        ? new ARecord(name, DClass.IN, TTL, address.address())
                        : new AAAARecord(name, DClass.IN, TTL, address.address().getAddress());
            case DnsRecord.MailExchange mx -> new MXRecord(name, DClass.IN, TTL, mx.preference(), wire(mx.exchange()));
            case DnsRecord.Pointer pointer -> new PTRRecord(name, DClass.IN, TTL, wire(pointer.target()));
            case DnsRecord.Text text -> txt(name, text);
        };
    }

    // By way of the wire form: the library's own constructor takes text with escapes.
    private static Record txt(Name name, DnsRecord.Text text) throws IOException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        for (Octets string : text.strings()) {
            data.write(string.length());
            string.appendTo(data);
        }
        byte[] octets = data.toByteArray();
        return Record.newRecord(name, Type.TXT, DClass.IN, TTL, octets.length, octets);
    }

    /** The name as it stands on the wire. */
    static Name wire(DomainName name) throws IOException {
        ByteArrayOutputStream labels = new ByteArrayOutputStream();
        Optional<DomainName> rest = Optional.of(name);
        while (rest.isPresent()) {
            Octets text = Octets.latin1(rest.get().toString());
            int end = text.indexOf('.', 0);
            Octets label = end < 0 ? text : text.slice(0, end);
            labels.write(label.length());
            label.appendTo(labels);
            rest = rest.get().parent();
        }
        labels.write(0);
        return new Name(new DNSInput(labels.toByteArray()));
    }

    private static Optional<DomainName> domainName(Name name) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < name.labels() - 1; i++) {
            byte[] label = name.getLabel(i);
            text.append(i == 0 ? "" : ".")
                    .append(Octets.copyOf(label, 1, label.length - 1).latin1());
        }
        return DomainName.parse(text.toString());
    }
}

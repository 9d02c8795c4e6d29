package org.countersign.testing;

import org.countersign.dns.DnsAnswer;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.syntax.Octets;
import org.countersign.vectors.VectorZone;
import org.countersign.vectors.ZoneRecord;

/** Makes the zone of a vector one that the engine can ask. */
public final class VectorZones {
    private VectorZones() {}

    public static StaticZone staticZone(VectorZone vectors) {
        StaticZone.Builder zone = StaticZone.builder();
        vectors.records().forEach((name, records) -> {
            zone.exists(name);
            records.forEach(record -> add(zone, name, record));
        });
        return zone.build();
    }

    /** Serves the zone of a vector on a loopback port; what times out in it stays without a reply. */
    public static ZoneServer serve(VectorZone vectors) {
        ZoneServer server = ZoneServer.start(staticZone(vectors));
        vectors.records().forEach((name, records) -> {
            for (ZoneRecord record : records) {
                if (record instanceof ZoneRecord.Failure(ZoneRecord.Type type, ZoneRecord.FailureKind kind)
                        && kind == ZoneRecord.FailureKind.TIMEOUT) {
                    server.fault(name, ServerFault.DROP.onlyFor(type.name()));
                }
            }
        });
        return server;
    }

    private static void add(StaticZone.Builder zone, String name, ZoneRecord record) {
        switch (record) {
            case ZoneRecord.Text text when text.strings().size() == 1 -> zone.txt(name, text.joined());
            case ZoneRecord.Text text ->
                zone.txt(name, text.strings().stream().map(Octets::utf8).toList());
            case ZoneRecord.Address address -> zone.address(name, address.address());
            case ZoneRecord.MailExchange mx when mx.exchange().equals(".") -> zone.nullMx(name);
            case ZoneRecord.MailExchange mx -> zone.mx(name, mx.preference(), mx.exchange());
            case ZoneRecord.Pointer pointer -> zone.ptr(name, pointer.target());
            case ZoneRecord.Alias alias -> zone.cname(name, alias.target());
            case ZoneRecord.Failure fault -> zone.failure(name, type(fault.type()), failure(fault.kind()));
        }
    }

    private static RecordType type(ZoneRecord.Type type) {
        return switch (type) {
            case TXT -> RecordType.TXT;
            case A -> RecordType.A;
            case AAAA -> RecordType.AAAA;
            case MX -> RecordType.MX;
            case PTR -> RecordType.PTR;
            case CNAME -> throw new IllegalArgumentException("nobody asks for an alias");
        };
    }

    private static DnsAnswer.Failure failure(ZoneRecord.FailureKind kind) {
        return switch (kind) {
            case SERVFAIL -> DnsAnswer.Failure.SERVER_FAILURE;
            case TIMEOUT -> DnsAnswer.Failure.TIMEOUT;
        };
    }
}

package org.countersign.testing;

import java.util.List;
import java.util.Map;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.syntax.Octets;
import org.countersign.vectors.VectorZone;
import org.countersign.vectors.ZoneRecord;

/** The zones of the test vectors as DNS clients. */
public final class VectorZones {
    private VectorZones() {}

    public static StaticZone zone(VectorZone vectors) {
        StaticZone.Builder zone = StaticZone.builder();
        for (Map.Entry<String, List<ZoneRecord>> entry : vectors.records().entrySet()) {
            zone.exists(entry.getKey());
            for (ZoneRecord record : entry.getValue()) {
                add(zone, entry.getKey(), record);
            }
        }
        return zone.build();
    }

    private static void add(StaticZone.Builder zone, String name, ZoneRecord record) {
        switch (record) {
            case ZoneRecord.Text text
            when text.strings().size() == 1 -> zone.txt(name, text.strings().getFirst());
            case ZoneRecord.Text text ->
                zone.txt(name, text.strings().stream().map(Octets::utf8).toList());
            case ZoneRecord.Address address -> zone.address(name, address.address());
            case ZoneRecord.MailExchange mx -> zone.mx(name, mx.preference(), mx.exchange());
            case ZoneRecord.Pointer pointer -> zone.ptr(name, pointer.target());
            case ZoneRecord.Alias alias -> zone.cname(name, alias.target());
            case ZoneRecord.Fault fault -> zone.failure(name, type(fault.type()), failure(fault.trouble()));
        }
    }

    private static RecordType type(ZoneRecord.Type type) {
        return switch (type) {
            case TXT -> RecordType.TXT;
            case A -> RecordType.A;
            case AAAA -> RecordType.AAAA;
            case MX -> RecordType.MX;
            case PTR -> RecordType.PTR;
            case CNAME -> throw new IllegalArgumentException("nobody asks for CNAME records");
        };
    }

    private static DnsAnswer.Failure failure(ZoneRecord.Trouble trouble) {
        return switch (trouble) {
            case SERVFAIL -> DnsAnswer.Failure.SERVER_FAILURE;
            case TIMEOUT -> DnsAnswer.Failure.TIMEOUT;
        };
    }
}

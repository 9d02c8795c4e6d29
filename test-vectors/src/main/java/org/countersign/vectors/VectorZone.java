package org.countersign.vectors;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The whole DNS of a case. A name that is above a name of the zone exists without records. Any other name that is not in
 * the zone does not exist (NXDOMAIN).
 *
 * @param records the records of each name; a name may have none, which only makes it exist
 */
public record VectorZone(Map<String, List<ZoneRecord>> records) {
    public static final VectorZone EMPTY = new VectorZone(Map.of());

    private static final List<String> FAILURES = List.of("SERVFAIL", "TIMEOUT");

    public VectorZone {
        Map<String, List<ZoneRecord>> copy = new LinkedHashMap<>();
        records.forEach((name, list) -> copy.put(name, List.copyOf(list)));
        records = Collections.unmodifiableMap(copy);
    }

    /** The text of the first TXT record at this name; names compare as in the DNS, without case. */
    public Optional<String> text(String name) {
        return records.entrySet().stream()
                .filter(entry -> entry.getKey().equalsIgnoreCase(name))
                .flatMap(entry -> entry.getValue().stream())
                .filter(ZoneRecord.Text.class::isInstance)
                .map(record -> ((ZoneRecord.Text) record).joined())
                .findFirst();
    }

    static VectorZone read(CaseNode zone) {
        Map<String, List<ZoneRecord>> records = new LinkedHashMap<>();
        for (String name : zone.keys()) {
            List<ZoneRecord> list = new ArrayList<>();
            for (CaseNode record : zone.sections(name)) {
                list.add(readRecord(record));
            }
            records.put(name, list);
        }
        return new VectorZone(records);
    }

    private static ZoneRecord readRecord(CaseNode record) {
        if (record.keys().size() != 1) {
            throw record.problem("", "a record has exactly one key, its type");
        }
        String key = record.keys().getFirst();
        ZoneRecord.Type type = typeOf(record, key);
        List<String> values = record.strings(key);
        // A list is always data: the text TIMEOUT in a TXT record is written [TIMEOUT].
        if (!record.isList(key) && FAILURES.contains(values.getFirst())) {
            return new ZoneRecord.Failure(type, ZoneRecord.FailureKind.valueOf(values.getFirst()));
        }
        return switch (type) {
            case TXT -> new ZoneRecord.Text(values);
            case A, AAAA -> new ZoneRecord.Address(addressOf(record, type, record.string(key)));
            case MX -> exchangeOf(record, record.string(key));
            case PTR -> new ZoneRecord.Pointer(record.string(key));
            case CNAME -> new ZoneRecord.Alias(record.string(key));
        };
    }

    private static ZoneRecord.Type typeOf(CaseNode record, String key) {
        for (ZoneRecord.Type type : ZoneRecord.Type.values()) {
            if (type.name().equals(key)) {
                return type;
            }
        }
        throw record.problem(key, "unknown record type; known: TXT, A, AAAA, MX, PTR, CNAME");
    }

    private static String addressOf(CaseNode record, ZoneRecord.Type type, String address) {
        boolean six = address.indexOf(':') >= 0;
        if (six != (type == ZoneRecord.Type.AAAA)) {
            throw record.problem(type.name(), "'" + address + "' is not an address of this type");
        }
        return address;
    }

    private static ZoneRecord exchangeOf(CaseNode record, String value) {
        int space = value.indexOf(' ');
        try {
            return new ZoneRecord.MailExchange(
                    Integer.parseInt(value.substring(0, Math.max(space, 0))), value.substring(space + 1));
        } catch (NumberFormatException unreadable) {
            throw record.problem("MX", "must be a preference and a name, such as '10 mx.example.org'");
        }
    }
}

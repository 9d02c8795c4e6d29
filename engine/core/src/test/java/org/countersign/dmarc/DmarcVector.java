package org.countersign.dmarc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Octets;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** One case of the files {@code vectors/dmarc/*.yaml}; a key that is not known here is an error. */
record DmarcVector(
        String id,
        String why,
        StaticZone zone,
        DomainName authorDomain,
        List<Identifier> identifiers,
        Map<String, Object> expect) {
    private static final Set<String> KEYS =
            Set.of("id", "rfc", "why", "zone", "author-domain", "identifiers", "expect");
    private static final Set<String> EXPECTATIONS = Set.of(
            "dmarc",
            "problem",
            "policy-domain",
            "tag",
            "declared",
            "applied",
            "organizational-domain",
            "organizational-domains",
            "aligned",
            "not-aligned",
            "walk");

    static List<DmarcVector> load(String file) {
        String resource = "/org/countersign/vectors/dmarc/" + file;
        try (InputStream in = DmarcVector.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + resource);
            }
            Object document = new Load(LoadSettings.builder().setLabel(file).build()).loadFromInputStream(in);
            List<DmarcVector> vectors = new ArrayList<>();
            for (Object element : (List<?>) document) {
                vectors.add(read(file, strings(element)));
            }
            return vectors;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static DmarcVector read(String file, Map<String, Object> vector) {
        String id = text(vector, "id");
        requireKnown(file + " " + id, vector, KEYS);
        text(vector, "rfc");
        Map<String, Object> expect = strings(vector.getOrDefault("expect", Map.of()));
        requireKnown(file + " " + id, expect, EXPECTATIONS);
        List<Identifier> identifiers = new ArrayList<>();
        for (Object each : (List<?>) vector.getOrDefault("identifiers", List.of())) {
            strings(each).forEach((kind, name) -> {
                DomainName domain = DomainName.of((String) name);
                switch (kind) {
                    case "spf" -> identifiers.add(Identifier.authenticated(domain, Mechanism.SPF));
                    case "dkim" -> identifiers.add(Identifier.authenticated(domain, Mechanism.DKIM));
                    case "spf-temperror" -> identifiers.add(Identifier.unresolved(domain, Mechanism.SPF));
                    case "dkim-temperror" -> identifiers.add(Identifier.unresolved(domain, Mechanism.DKIM));
                    default -> throw new IllegalArgumentException(id + ": unknown identifier " + kind);
                }
            });
        }
        return new DmarcVector(
                id,
                text(vector, "why"),
                zone(id, strings(vector.getOrDefault("zone", Map.of()))),
                DomainName.of(text(vector, "author-domain")),
                identifiers,
                expect);
    }

    private static StaticZone zone(String id, Map<String, Object> names) {
        StaticZone.Builder zone = StaticZone.builder();
        names.forEach((name, records) -> {
            for (Object record : (List<?>) records) {
                strings(record).forEach((type, data) -> add(id, zone, name, type, data));
            }
        });
        return zone.build();
    }

    private static void add(String id, StaticZone.Builder zone, String name, String type, Object data) {
        if (data instanceof List<?> parts) {
            zone.txt(
                    name, parts.stream().map(part -> Octets.utf8((String) part)).toList());
            return;
        }
        String text = (String) data;
        switch (text) {
            case "SERVFAIL" -> zone.failure(name, RecordType.valueOf(type), DnsAnswer.Failure.SERVER_FAILURE);
            case "TIMEOUT" -> zone.failure(name, RecordType.valueOf(type), DnsAnswer.Failure.TIMEOUT);
            default -> {
                switch (type) {
                    case "TXT" -> zone.txt(name, text);
                    case "A", "AAAA" -> zone.address(name, text);
                    case "CNAME" -> zone.cname(name, text);
                    default -> throw new IllegalArgumentException(id + ": unknown record type " + type);
                }
            }
        }
    }

    private static void requireKnown(String where, Map<String, Object> map, Set<String> known) {
        for (String key : map.keySet()) {
            if (!known.contains(key)) {
                throw new IllegalArgumentException(where + ": unknown key " + key);
            }
        }
    }

    private static String text(Map<String, Object> map, String key) {
        if (map.get(key) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("no text under " + key + " in " + map);
    }

    @SuppressWarnings("unchecked") // keys of these files are texts
    static Map<String, Object> strings(Object map) {
        return (Map<String, Object>) map;
    }

    @Override
    public String toString() {
        return id + ": " + why;
    }
}

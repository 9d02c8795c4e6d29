package org.countersign.spf;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.syntax.Octets;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Reads the public SPF test suite for RFC 7208. It is not part of the project, so it may be missing. */
final class Rfc7208Suite {
    /** How many cases the suite has; fewer mean that it was not read completely. */
    private static final int CASES = 203;

    private Rfc7208Suite() {}

    /**
     * One case of the suite.
     *
     * @param accepted the result, or all results that RFC 7208 allows
     * @param explanation the explanation of a fail, {@code DEFAULT} for none; empty if the case does not specify it
     */
    record Case(
            String scenario,
            String id,
            StaticZone zone,
            SpfRequest request,
            List<String> accepted,
            Optional<String> explanation) {}

    /** All cases; empty if the suite is missing. */
    static Optional<List<Case>> load() {
        Path root = Path.of(Objects.requireNonNull(System.getProperty("countersign.root"), "countersign.root"));
        Path suite = root.resolve("../shared/vectors/rfc7208-tests.yml").normalize();
        if (!Files.exists(suite)) {
            return Optional.empty();
        }
        List<Case> cases = new ArrayList<>();
        try (InputStream in = Files.newInputStream(suite)) {
            for (Object document : new Load(LoadSettings.builder().build()).loadAllFromInputStream(in)) {
                Map<?, ?> scenario = (Map<?, ?>) document;
                StaticZone zone = zone(Yaml.map(scenario, "zonedata"));
                Yaml.map(scenario, "tests")
                        .forEach((id, test) -> cases.add(
                                read(Yaml.text(scenario, "description"), (String) id, (Map<?, ?>) test, zone)));
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        if (cases.size() != CASES) {
            throw new IllegalStateException(suite + " has " + cases.size() + " cases, not " + CASES);
        }
        return Optional.of(cases);
    }

    private static Case read(String scenario, String id, Map<?, ?> test, StaticZone zone) {
        SpfRequest request = SpfRequest.mailFrom(
                IpNetwork.parseAddress(Yaml.text(test, "host")).orElseThrow(),
                ReversePath.parse(Yaml.text(test, "mailfrom")),
                Yaml.text(test, "helo"));
        Object result = Yaml.value(test, "result");
        List<?> accepted = result instanceof List<?> several ? several : List.of(result);
        return new Case(
                scenario,
                id,
                zone,
                request,
                accepted.stream().map(String.class::cast).toList(),
                test.get("explanation") instanceof String text ? Optional.of(text) : Optional.empty());
    }

    private static StaticZone zone(Map<?, ?> names) {
        StaticZone.Builder zone = StaticZone.builder();
        names.forEach((name, records) -> addName(zone, (String) name, (List<?>) records));
        return zone.build();
    }

    /**
     * The suite's conventions: records of type SPF stand for TXT unless the name has some TXT entry; TXT
     * NONE is such an entry without a record; TIMEOUT is for every type that the name has no record of.
     */
    private static void addName(StaticZone.Builder zone, String name, List<?> records) {
        Map<String, List<Object>> byType = new LinkedHashMap<>();
        boolean timeout = false;
        for (Object record : records) {
            if (record.equals("TIMEOUT")) {
                timeout = true;
            } else {
                ((Map<?, ?>) record)
                        .forEach((type, data) -> byType.computeIfAbsent((String) type, unused -> new ArrayList<>())
                                .add(data));
            }
        }
        List<Object> spf = byType.remove("SPF");
        if (spf != null) {
            byType.putIfAbsent("TXT", spf);
        }
        if (byType.containsKey("TXT")) {
            byType.get("TXT").removeIf("NONE"::equals);
        }
        byType.forEach((type, all) -> all.forEach(data -> add(zone, name, type, data)));
        if (timeout) {
            for (RecordType type : RecordType.values()) {
                if (byType.getOrDefault(type.name(), List.of()).isEmpty()) {
                    zone.failure(name, type, DnsAnswer.Failure.TIMEOUT);
                }
            }
        }
    }

    private static void add(StaticZone.Builder zone, String name, String type, Object data) {
        switch (type) {
            case "TXT" -> {
                List<Octets> strings = new ArrayList<>();
                List<?> all = data instanceof List<?> list ? list : List.of(data);
                all.forEach(string -> strings.add(Octets.latin1((String) string)));
                zone.txt(name, strings);
            }
            case "A", "AAAA" -> zone.address(name, (String) data);
            case "MX" -> {
                List<?> pair = (List<?>) data;
                if (pair.get(1).equals("")) {
                    zone.nullMx(name);
                } else {
                    zone.mx(name, (Integer) pair.get(0), (String) pair.get(1));
                }
            }
            case "PTR" -> zone.ptr(name, (String) data);
            case "CNAME" -> zone.cname(name, (String) data);
            default -> throw new IllegalArgumentException("record type " + type + " of " + name);
        }
    }
}

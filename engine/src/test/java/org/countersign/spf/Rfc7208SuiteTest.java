package org.countersign.spf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.MessageLookups;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The public SPF test suite for RFC 7208. It is no part of the project; it is run where it stands beside
 * it.
 */
class Rfc7208SuiteTest {
    /** How many cases the suite has; fewer means that it was not read to its end. */
    private static final int CASES = 203;

    /** Explanations that we word otherwise, and why. */
    private static final Map<String, String> OTHER_EXPLANATION =
            Map.of("v-macro-ip6", "RFC 7208 §7.4 shows the digits of an IPv6 address in lower case, as we write them");

    private static final SpfVerifier VERIFIER =
            new SpfVerifier(SpfLimits.DEFAULT, DomainName.of("receiver.example"), InstantSource.fixed(Instant.EPOCH));

    private static Path suite() {
        Path root = Path.of(Objects.requireNonNull(System.getProperty("countersign.root"), "countersign.root"));
        return root.resolve("../shared/vectors/rfc7208-tests.yml").normalize();
    }

    @TestFactory
    Stream<DynamicNode> suiteGivesTheExpectedResults() throws IOException {
        Path suite = suite();
        assumeTrue(Files.exists(suite), "the public suite is not part of the project");
        List<DynamicNode> tests = new ArrayList<>();
        try (InputStream in = Files.newInputStream(suite)) {
            for (Object document : new Load(LoadSettings.builder().build()).loadAllFromInputStream(in)) {
                Map<?, ?> scenario = (Map<?, ?>) document;
                StaticZone zone = zone(Yaml.map(scenario, "zonedata"));
                Yaml.map(scenario, "tests")
                        .forEach((id, test) -> tests.add(DynamicTest.dynamicTest(
                                scenario.get("description") + " / " + id,
                                () -> run((String) id, (Map<?, ?>) test, zone))));
            }
        }
        assertThat(tests).hasSize(CASES);
        return tests.stream();
    }

    private static void run(String id, Map<?, ?> test, StaticZone zone) {
        SpfRequest request = SpfRequest.mailFrom(
                IpNetwork.parseAddress(Yaml.text(test, "host")).orElseThrow(),
                ReversePath.parse(Yaml.text(test, "mailfrom")),
                Yaml.text(test, "helo"));
        SpfResult result = VERIFIER.verify(request, new MessageLookups(zone, 1000, Instant.MAX));
        Object expected = Yaml.value(test, "result");
        List<?> accepted = expected instanceof List<?> several ? several : List.of(expected);
        assertThat(result.keyword()).as(result.explain()).isIn(accepted);
        if (test.get("explanation") instanceof String explanation) {
            assertThat(result).isInstanceOf(SpfResult.Fail.class);
            String given = ((SpfResult.Fail) result).explanation().orElse("DEFAULT");
            if (OTHER_EXPLANATION.containsKey(id)) {
                assertThat(given).isNotEqualTo(explanation).isEqualToIgnoringCase(explanation);
            } else {
                assertThat(given).isEqualTo(explanation);
            }
        }
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

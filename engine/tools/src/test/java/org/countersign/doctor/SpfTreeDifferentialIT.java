package org.countersign.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.countersign.dns.MessageLookups;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares the arithmetic of the SPF tree with that of pyspf, which was written by other people, on generated zones. The client
 * matches nothing, so that every term is evaluated.
 */
@Timeout(240)
class SpfTreeDifferentialIT {
    private static final int CASES = 300;
    private static final String PYTHON = "/usr/bin/python3";
    private static final String SCRIPT = "count-with-pyspf.py";
    private static final List<String> CLIENTS = List.of("44.128.77.77", "2a00:77::77");

    private static final List<String> HOSTS = List.of(
            "example.org MX 10 mail.example.org",
            "provider.net MX 10 mx.provider.net",
            "provider.net MX 20 mail.example.org",
            "mail.example.org A 44.128.1.10",
            "mail.example.org AAAA 2a00:1::10",
            "mx.provider.net A 44.128.2.1",
            "mx.provider.net AAAA 2a00:2::1",
            "only4.example.org A 44.128.3.1",
            "77.77.128.44.in-addr.arpa PTR mail.example.org",
            "7.7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.7.7.0.0.0.0.a.2.ip6.arpa PTR mail.example.org");
    private static final List<String> TERMS = List.of(
            "ip4:44.128.1.1",
            "ip6:2a00::1",
            "a:mail.example.org",
            "-a:only4.example.org",
            "mx",
            "?mx:provider.net",
            "mx:gone.example.org",
            "a:gone.example.org/24",
            "exists:gone.example.org",
            "ptr:elsewhere.test",
            "include:n1.example.org",
            "~include:n2.example.org",
            "include:n3.example.org");
    private static final List<String> ENDS =
            List.of("-all", "~all", "redirect=n3.example.org", "", "exp=why.example.org ?all");

    @TempDir
    Path folder;

    private final Random random = new Random(7208);

    private String record(int from) {
        StringBuilder record = new StringBuilder("v=spf1");
        for (int count = random.nextInt(5); count > 0; count--) {
            String term = TERMS.get(random.nextInt(TERMS.size()));
            // Only records further down the list are included, so that nothing leads back.
            boolean back = false;
            for (int number = 1; number <= from; number++) {
                back |= term.endsWith("include:n" + number + ".example.org");
            }
            record.append(' ').append(back ? "a:mail.example.org" : term);
        }
        return record.append(' ')
                .append(ENDS.get(random.nextInt(ENDS.size())))
                .toString()
                .strip();
    }

    private List<String> zone() {
        List<String> lines = new ArrayList<>(HOSTS);
        lines.add("example.org TXT " + record(0));
        lines.add("n1.example.org TXT " + record(1));
        lines.add("n2.example.org TXT " + record(2));
        lines.add("n3.example.org TXT v=spf1 a:mail.example.org exists:gone.example.org -all");
        return lines;
    }

    private static String asInput(List<String> zone, String client) {
        StringBuilder input = new StringBuilder();
        for (String line : zone) {
            String[] words = line.split(" ", 3);
            String data = words[1].equals("MX") ? words[2].substring(3) : words[2];
            input.append(words[0])
                    .append('\t')
                    .append(words[1])
                    .append('\t')
                    .append(data)
                    .append('\n');
        }
        return input.append("CHECK\t").append(client).append('\n').toString();
    }

    private List<String> counted(List<List<String>> zones) throws Exception {
        Path script = folder.resolve(SCRIPT);
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream(SCRIPT), SCRIPT)) {
            Files.copy(in, script);
        }
        Path input = folder.resolve("zones");
        StringBuilder text = new StringBuilder();
        zones.forEach(zone -> CLIENTS.forEach(client -> text.append(asInput(zone, client))));
        Files.writeString(input, text, StandardCharsets.US_ASCII);
        Path output = folder.resolve("counts");
        Process process = new ProcessBuilder(PYTHON, script.toString())
                .redirectInput(input.toFile())
                .redirectOutput(output.toFile())
                .redirectError(folder.resolve("complaints").toFile())
                .start();
        assertThat(process.waitFor(200, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(folder.resolve("complaints"))).isEmpty();
        return Files.readAllLines(output);
    }

    @Test
    void theTreeCountsAsPyspfDoes() throws Exception {
        assumeTrue(Files.isExecutable(Path.of(PYTHON)), PYTHON + " is not installed");
        List<List<String>> zones = new ArrayList<>();
        for (int i = 0; i < CASES; i++) {
            zones.add(zone());
        }
        List<String> counted = counted(zones);
        assumeTrue(!counted.getFirst().equals("MISSING"), "Debian's python3-spf is not installed");
        assertThat(counted).hasSize(CASES * CLIENTS.size());
        List<String> expected = new ArrayList<>();
        List<String> actual = new ArrayList<>();
        int most = 0;
        for (int i = 0; i < CASES; i++) {
            TestZone zone = new TestZone();
            zones.get(i).forEach(zone::change);
            SpfNode tree =
                    SpfTree.of(ExampleDomain.DOMAIN, new DomainDns(new MessageLookups(zone, 10_000, Instant.MAX)));
            most = Math.max(most, tree.lookups());
            for (int client = 0; client < CLIENTS.size(); client++) {
                String[] words = counted.get(CLIENTS.size() * i + client).split(" ", 3);
                expected.add(zones.get(i) + " for " + CLIENTS.get(client) + ": " + words[1] + " lookups, " + words[2]
                        + " void");
                actual.add(zones.get(i) + " for " + CLIENTS.get(client) + ": " + tree.lookups() + " lookups, "
                        + tree.voids(client == 1) + " void");
            }
        }
        assertThat(actual).isEqualTo(expected);
        assertThat(most).isGreaterThan(10);
    }
}

package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.countersign.Client;
import org.countersign.cli.MessageCheck.Checked;
import org.countersign.cli.SmtpFacts.Found;
import org.countersign.cli.SmtpFacts.Source;
import org.countersign.dns.DnsRecorder;
import org.countersign.domain.ReversePath;
import org.countersign.explain.Explanation;
import org.countersign.testing.ConformanceRun;
import org.countersign.testing.DocumentedKeys;
import org.countersign.vectors.ConformanceCase;
import org.countersign.vectors.ConformancePack;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/check-json.md} names every key that {@code check --json} writes for the conformance pack. */
class CheckJsonKeysTest {
    private static final SmtpFacts FACTS = new SmtpFacts(
            new Found<>(new Client.Unknown(), Source.NONE),
            new Found<>("", Source.NONE),
            new Found<>(new ReversePath.Null(), Source.NONE),
            Optional.empty(),
            "",
            List.of(),
            0);

    private static Set<String> inboundKeys() {
        Set<String> keys = new TreeSet<>();
        for (ConformanceCase vector : ConformancePack.load()) {
            DnsRecorder recorder = DnsRecorder.of(InstantSource.fixed(vector.clock()));
            Checked checked = new Checked(ConformanceRun.outcome(vector, recorder), recorder.trace(), FACTS);
            collect(new CheckReport(checked).json(true), keys);
        }
        return keys;
    }

    @Test
    void everyKeyIsDescribed() throws IOException {
        Set<String> keys = inboundKeys();
        String document = Files.readString(Path.of(Optional.ofNullable(System.getProperty("countersign.root"))
                        .orElse(".."))
                .resolve("docs/check-json.md"));
        assertThat(keys).hasSizeGreaterThan(80).contains("schema", "alternatives", "walks", "received-field");
        assertThat(keys).allSatisfy(key -> assertThat(document).contains("`" + key + "`"));
    }

    /** Signed, near an entry, and passed through, each with all details. */
    private static Set<String> outboundKeys(Path directory) throws IOException {
        CommandRun.of(
                "keygen",
                "--domain=example.org",
                "--selector=s1",
                "--algorithm=ed25519",
                "--out=" + directory.resolve("keys"));
        Path policy = Files.writeString(directory.resolve("mx.yaml"), """
                signing:
                  key-guard: { check-every: 0s }
                  keys:
                    - { domain: example.org, selector: s1, name: one, key-file: keys/example.org.s1.pem,
                        active-from: 2020-01-01, retire-after: 2099-01-01 }
                  table: [{ author: [bob@example.org], user: [bob], keys: [one], auid: author }]
                """);
        Set<String> keys = new TreeSet<>();
        for (String[] mail : new String[][] {
            {"bob@example.org", "--user=bob"}, {"bob@example.org", "--user=alice"}, {"a@example.net", "--ip=127.0.0.1"}
        }) {
            CommandRun run = CommandRun.withInput(
                    "From: " + mail[0] + "\r\nSubject: " + "x".repeat(1100) + "\r\n\r\nHello\r\n",
                    "check",
                    "-",
                    "--json",
                    "--explain",
                    mail[1],
                    "--config=" + policy);
            run.json().keySet().stream()
                    .flatMap(pointer -> Arrays.stream(pointer.split("/", -1)))
                    .filter(word -> !word.isEmpty() && !Character.isDigit(word.charAt(0)))
                    .forEach(keys::add);
        }
        return keys;
    }

    @Test
    void everyKeyOfOutboundAndInternalMailIsDescribed(@TempDir Path directory) throws IOException {
        Set<String> keys = outboundKeys(directory);
        String document = Files.readString(Path.of(Optional.ofNullable(System.getProperty("countersign.root"))
                        .orElse(".."))
                .resolve("docs/check-json.md"));
        assertThat(keys).contains("entries", "matches", "signed-by", "in-use", "active-from", "hazards", "flow");
        assertThat(keys).allSatisfy(key -> assertThat(document).contains("`" + key + "`"));
    }

    /** Of keys that need several messages, a DNS with failures or a setting, the source is looked at instead. */
    @Test
    void everyDescribedKeyIsWritten(@TempDir Path directory) throws IOException {
        Set<String> documented = DocumentedKeys.of("docs/check-json.md");
        Set<String> written = inboundKeys();
        written.addAll(outboundKeys(directory));
        Set<String> others = new TreeSet<>(documented);
        others.removeAll(written);
        assertThat(documented).hasSizeGreaterThan(90);
        assertThat(others)
                .isSubsetOf(
                        "aliases",
                        "asked-after-ms",
                        "expires-at",
                        "file",
                        "omitted-octets",
                        "origin",
                        "persistent-temperror",
                        "policy-candidates",
                        "seal",
                        "sender-explanation",
                        "shadow",
                        "stray-octet",
                        "took-ms",
                        "ttl",
                        "used-as");
        String sources = sources();
        assertThat(others).allSatisfy(key -> assertThat(sources).contains("\"" + key + "\""));
    }

    /** The code that writes explanations. */
    private static String sources() throws IOException {
        Path root = Path.of(
                Optional.ofNullable(System.getProperty("countersign.root")).orElse("../.."));
        StringBuilder sources = new StringBuilder();
        for (String directory : List.of(
                "engine/core/src/main/java/org/countersign/explain",
                "milter-bridge/app/src/main/java/org/countersign/cli")) {
            try (Stream<Path> files = Files.list(root.resolve(directory))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    sources.append(Files.readString(file));
                }
            }
        }
        return sources.toString();
    }

    private static void collect(Explanation explanation, Set<String> keys) {
        switch (explanation) {
            case Explanation.Group group ->
                group.members().forEach((key, value) -> {
                    keys.add(key);
                    collect(value, keys);
                });
            case Explanation.Items items -> items.items().forEach(item -> collect(item, keys));
            case Explanation plain -> {}
        }
    }
}

package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.countersign.Client;
import org.countersign.cli.MessageCheck.Checked;
import org.countersign.cli.SmtpFacts.Found;
import org.countersign.cli.SmtpFacts.Source;
import org.countersign.dns.DnsRecorder;
import org.countersign.domain.ReversePath;
import org.countersign.explain.Explanation;
import org.countersign.testing.ConformanceRun;
import org.countersign.vectors.ConformanceCase;
import org.countersign.vectors.ConformancePack;
import org.junit.jupiter.api.Test;

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

    @Test
    void everyKeyIsDescribed() throws IOException {
        Set<String> keys = new TreeSet<>();
        for (ConformanceCase vector : ConformancePack.load()) {
            DnsRecorder recorder = DnsRecorder.of(InstantSource.fixed(vector.clock()));
            Checked checked = new Checked(ConformanceRun.outcome(vector, recorder), recorder.trace(), FACTS);
            collect(new CheckReport(checked).json(true), keys);
        }
        String document = Files.readString(Path.of(Optional.ofNullable(System.getProperty("countersign.root"))
                        .orElse(".."))
                .resolve("docs/check-json.md"));
        assertThat(keys).hasSizeGreaterThan(80).contains("schema", "alternatives", "walks", "received-field");
        assertThat(keys).allSatisfy(key -> assertThat(document).contains("`" + key + "`"));
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

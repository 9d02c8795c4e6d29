package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.countersign.MessageOutcome;
import org.countersign.explain.Explanation;
import org.countersign.explain.ExplanationJson;
import org.countersign.explain.ExplanationText;
import org.countersign.explain.MessageExplanation;
import org.countersign.testing.ConformanceRun;
import org.countersign.vectors.ConformancePack;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code check} writes for some cases of the conformance pack, whole. Run with {@code -Dgolden.apply=true} to take
 * over what is written now, and read the difference.
 */
class CheckGoldenTest {
    private static final Path GOLDEN = Path.of(
                    Optional.ofNullable(System.getProperty("countersign.root")).orElse(".."))
            .resolve("milter-bridge/app/src/test/resources/org/countersign/cli/check");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aligned-spf-and-dkim",
                "arc-chain-broken",
                "arc-changed-between-two-handlers",
                "arc-marked-as-failed",
                "forged-authentication-results",
                "forged-from-policy-reject",
                "forged-subdomain-np",
                "key-lookup-times-out-but-spf-aligned",
                "mailing-list-footer",
                "null-sender-aligned-by-helo",
                "two-from-fields"
            })
    void checkWritesEveryResultWithItsEvidence(String id) throws IOException {
        MessageOutcome.Judged outcome = ConformanceRun.outcome(ConformancePack.load().stream()
                .filter(vector -> vector.id().equals(id))
                .findFirst()
                .orElseThrow());
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        ExplanationJson.write(MessageExplanation.of(outcome), new PrintStream(json, true, StandardCharsets.UTF_8));
        compare(id + ".json", json);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        new ExplanationText(new PrintStream(text, true, StandardCharsets.UTF_8))
                .write(MessageExplanation.of(outcome), new Explanation.Group());
        compare(id + ".txt", text);
    }

    private static void compare(String name, ByteArrayOutputStream written) throws IOException {
        Path file = GOLDEN.resolve(name);
        if (Boolean.getBoolean("golden.apply")) {
            Files.createDirectories(GOLDEN);
            Files.write(file, written.toByteArray());
        }
        assertThat(written.toString(StandardCharsets.US_ASCII)).isEqualTo(Files.readString(file));
    }
}

package org.countersign.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DemoTest {
    @Test
    void everyScenarioHasTheExpectedResult() throws IOException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        boolean asExpected = Demo.run(new PrintStream(output, true, StandardCharsets.UTF_8), InstantSource.system());
        String text = output.toString(StandardCharsets.UTF_8);
        assertThat(asExpected).as(text).isTrue();
        assertThat(text).contains("Every scenario had the expected result.").doesNotContain("NO,");
        assertThat(text.lines().filter(line -> line.startsWith("   expected"))).hasSize(7);
        String readme = Files.readString(Path.of(Optional.ofNullable(System.getProperty("countersign.root"))
                        .orElse(".."))
                .resolve("README.md"));
        assertThat(readme).contains("sends seven messages");
    }

    @Test
    void itShowsTheMessageTheDecisionAndTheChanges() throws IOException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        Demo.run(new PrintStream(output, true, StandardCharsets.UTF_8), InstantSource.system());
        assertThat(output.toString(StandardCharsets.UTF_8))
                .contains("from 203.0.113.66 (mail.forger.example), MAIL FROM <bulk@forger.example>")
                .contains("reject, by the rule dmarc-reject")
                .contains("550 5.7.26 Email rejected per DMARC policy for bank.example")
                .contains("removed      Authentication-Results: MX.Home.Example (trust me) 1; dmarc=pass")
                .contains("added        Authentication-Results: mx.home.example;")
                .contains("added        DKIM-Signature: v=1;");
    }
}

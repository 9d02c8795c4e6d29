package org.countersign.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The tool of Prometheus accepts our metrics and our alert rules, and the rules fire when they should. */
@Timeout(600)
class PrometheusToolsIT {
    private static final String TOOL = "/usr/bin/promtool";
    private static final Path RULES = Path.of(
                    Optional.ofNullable(System.getProperty("countersign.root")).orElse(".."))
            .resolve("milter-bridge/package/src/monitoring/countersign.rules.yml")
            .toAbsolutePath()
            .normalize();

    @TempDir
    private Path temp;

    @BeforeAll
    static void requireTheTool() {
        assumeTrue(Files.isExecutable(Path.of(TOOL)), TOOL + " is missing: install the package prometheus");
    }

    private String run(File input, String... arguments) throws IOException, InterruptedException {
        Process tool = new ProcessBuilder(Stream.concat(List.of(TOOL).stream(), List.of(arguments).stream())
                        .toList())
                .redirectErrorStream(true)
                .redirectInput(input)
                .start();
        String output = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tool.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void theMetricsFollowTheConventions() throws Exception {
        try (RunningService service = RunningService.start(temp, "dns: { servers: [\"127.0.0.1:9\"] }\n")) {
            // The library's names are not ours to choose.
            String ours = service.metrics()
                    .lines()
                    .filter(line -> line.contains("countersign_"))
                    .collect(Collectors.joining("\n", "", "\n"));
            Path text = Files.writeString(temp.resolve("metrics.txt"), ours);
            assertThat(run(text.toFile(), "check", "metrics")).isEmpty();
        }
    }

    @Test
    void theAlertRulesAreValid() throws Exception {
        assertThat(run(new File("/dev/null"), "check", "rules", RULES.toString()))
                .contains("SUCCESS");
    }

    @Test
    void theAlertsFireWhenTheyShould() throws Exception {
        try (InputStream tests =
                Objects.requireNonNull(PrometheusToolsIT.class.getResourceAsStream("alerts-test.yml"))) {
            String text = new String(tests.readAllBytes(), StandardCharsets.UTF_8).replace("RULES", RULES.toString());
            Path file = Files.writeString(temp.resolve("tests.yml"), text);
            assertThat(run(new File("/dev/null"), "test", "rules", file.toString()))
                    .contains("SUCCESS");
        }
    }
}

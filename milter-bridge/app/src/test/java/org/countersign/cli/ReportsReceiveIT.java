package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reports of {@code ../shared/samples/reports}, taken by the command in a process of its own. */
class ReportsReceiveIT {
    private static final Path ROOT =
            Path.of(Objects.requireNonNull(System.getProperty("countersign.root"), "countersign.root"));
    private static final Path SAMPLES =
            ROOT.resolve("../shared/samples/reports").normalize();

    @TempDir
    private Path temp;

    @BeforeEach
    void write() throws IOException {
        assumeTrue(Files.isDirectory(SAMPLES), "../shared/samples/reports is missing");
        Files.writeString(
                temp.resolve("countersign.yaml"),
                "authserv-id: mx.example.org\nprotect: [example.org]\nstore: { file: store.db }\n");
    }

    private List<String> receive(int status, Path input, String... files) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "reports",
                "receive",
                "--config",
                temp.resolve("countersign.yaml").toString()));
        command.addAll(List.of(files));
        Path output = temp.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectInput(input.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor()).as(() -> command.toString()).isEqualTo(status);
        return Files.readAllLines(output);
    }

    @Test
    void allSamplesAreTakenAsTheyAreToBe() throws Exception {
        List<String> lines = receive(1, Path.of("/dev/null"), SAMPLES.toString());

        assertThat(lines.getLast()).startsWith("20 stored, 5 stored before, 4 refused, ");
        assertThat(lines.stream().filter(line -> line.startsWith("refused: ")))
                .satisfiesExactly(
                        line -> assertThat(line).contains("/18-").endsWith("the content begins with `unused`"),
                        line -> assertThat(line)
                                .contains("/20-")
                                .endsWith("a document type declaration is not allowed"),
                        line -> assertThat(line).contains("/21-").endsWith("more than 200 octets of one"),
                        line -> assertThat(line).contains("/25-").endsWith("without message/feedback-report"));
        assertThat(lines)
                .anySatisfy(line -> assertThat(line)
                        .startsWith("left alone: ")
                        .contains("/19-")
                        .endsWith("a report about TLS (RFC 8460)"));
    }

    @Test
    void aMessageThroughThePipeIsStoredOrRefusedWithoutABounce() throws Exception {
        try (Stream<String> folders = Stream.of("23-somebody-elses-name", "18-the-word-unused", "21-gzip-that-grows")) {
            List<String> words = new ArrayList<>();
            for (String folder : folders.toList()) {
                words.add(receive(0, SAMPLES.resolve(folder).resolve("report.eml"))
                        .getFirst());
            }

            assertThat(words.get(0)).startsWith("stored: ").contains("not authenticated");
            assertThat(words.subList(1, 3)).allMatch(line -> line.startsWith("refused: "));
        }
    }
}

package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands of the documents about moving from other programs, run in their order on a tree of their files. */
class MovingDocumentsTest {
    private static final Path ROOT =
            Path.of(Optional.ofNullable(System.getProperty("countersign.root")).orElse("../.."));
    private static final String OUT = "/etc/countersign/import";

    private static final List<String> OF_OTHERS = List.of(
            "--config",
            "--now",
            "--since",
            "--ip",
            "--output",
            "--grep",
            "--last",
            "--archive",
            "--policy",
            "--against");

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(textBlock = """
        docs/moving-from-opendkim.md, two-offices, 4
        docs/moving-from-rspamd.md,   spam-filter, 2
        """)
    void theCommandsRunAsTheyAreWritten(String document, String name, int count) throws IOException {
        ImportTree tree = ImportTree.copy(ImportGoldenTest.TREES.resolve(name), directory.resolve("tree"));
        Path message = directory.resolve("message.eml");
        Files.writeString(message, "From: a@b.example\r\nDate: Sat, 28 Nov 2026 12:00:00 +0000\r\n\r\nHello\r\n");
        List<String> commands = Markdown.commands(document).stream()
                .filter(line -> line.startsWith("countersign "))
                .toList();
        assertThat(commands).hasSize(count);
        for (String command : commands) {
            List<String> words = new ArrayList<>(
                    List.of(command.substring("countersign ".length()).split(" ")));
            words.replaceAll(word -> word.replace(OUT, directory.resolve("out").toString())
                    .replace("message.eml", message.toString())
                    .replace("/home/alice/Maildir", message.toString()));
            if (words.getFirst().equals("import")) {
                words.addAll(List.of("--offline", "--root", tree.root().toString()));
            }
            if (words.getFirst().equals("check") || words.getFirst().equals("simulate")) {
                words.addAll(List.of("--dns", "127.0.0.1:9"));
            }
            if (words.getFirst().equals("config")) {
                words.add("--no-dns");
            }
            CommandRun run = CommandRun.of(words.toArray(String[]::new));
            assertThat(run.status())
                    .describedAs(command + "\n" + run.out() + run.err())
                    .isLessThan(64);
        }
        assertThat(directory.resolve("out/countersign.yaml")).exists();
    }

    @ParameterizedTest
    @CsvSource({"docs/moving-from-opendkim.md, opendkim", "docs/moving-from-rspamd.md, rspamd-dkim_signing"})
    void everyOptionInTheTextExists(String document, String program) throws IOException {
        String text = Files.readString(ROOT.resolve(document));
        CommandRun help = CommandRun.of("import", program, "--help");
        assertThat(Markdown.blocks(document, "yaml")).isNotEmpty();
        for (String word : text.split("[^-a-z]+", -1)) {
            if (word.startsWith("--") && word.length() > 3 && !OF_OTHERS.contains(word)) {
                assertThat(help.out()).describedAs(document).contains(word);
            }
        }
    }
}

package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.testing.DocumentedKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code import} writes for whole configurations. Run with {@code -Dgolden.apply=true} to take the output as the
 * expected one, and read it.
 */
@Execution(ExecutionMode.CONCURRENT)
class ImportGoldenTest {
    static final Path TREES = Path.of(
                    Optional.ofNullable(System.getProperty("countersign.root")).orElse("../.."))
            .resolve("milter-bridge/app/src/test/resources/org/countersign/cli/import");

    @TempDir
    Path directory;

    private ImportTree tree(String name) throws IOException {
        return ImportTree.copy(TREES.resolve(name), directory.resolve("tree"));
    }

    static CommandRun run(ImportTree tree, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of("import"));
        command.addAll(Files.readAllLines(tree.root().resolve("command.txt")));
        command.addAll(List.of("--offline", "--root", tree.root().toString()));
        command.addAll(List.of(options));
        return CommandRun.of(command.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"two-offices", "hosting", "spam-filter", "sealing-filter"})
    void policyAndReportAreTheExpectedOnes(String name) throws Exception {
        ImportTree tree = tree(name);
        CommandRun run = run(tree);
        same(name, "policy.yaml", run.out().replace(tree.root().toString(), "/ROOT"));
        same(name, "report.txt", run.err().replace(tree.root().toString(), "/ROOT"));
    }

    private static void same(String name, String file, String text) throws IOException {
        Path expected = TREES.resolve(name).resolve(file);
        if (Boolean.getBoolean("golden.apply")) {
            Files.writeString(expected, text, StandardCharsets.ISO_8859_1);
        }
        assertThat(text).isEqualTo(Files.readString(expected, StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"two-offices", "hosting", "spam-filter", "sealing-filter"})
    void everyMailIsSignedAsExpected(String name) throws Exception {
        ImportTree tree = tree(name);
        Path out = directory.resolve("out");
        CommandRun run = run(tree, "--out", out.toString());
        ImportedPolicy policy = ImportedPolicy.load(out.resolve("countersign.yaml"));
        assertThat(tree.mails())
                .isNotEmpty()
                .allSatisfy(mail -> assertThat(policy.signers(mail))
                        .describedAs(run.out())
                        .isEqualTo(ImportedPolicy.sorted(mail.ours())));
    }

    @Test
    void manyKeysGoToATableAndAKeyThatEverybodyCanReadIsCopied() throws Exception {
        Path out = directory.resolve("out");
        ImportTree tree = tree("hosting");
        Files.setPosixFilePermissions(
                tree.root().resolve("etc/opendkim/keys/c12.pem"), PosixFilePermissions.fromString("rw-r--r--"));
        CommandRun run = run(tree, "--out", out.toString());
        assertThat(run.status()).isZero();
        assertThat(run.out())
                .contains("Written to " + out + ": countersign.yaml, domains.table, keys/c12.example.main.pem,");
        assertThat(Files.readString(out.resolve("domains.table")))
                .contains("boss@c01.example   c02.example   main   /");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(out.resolve("keys/c12.example.main.pem"))))
                .isEqualTo("rw-------");
        assertThat(Files.readString(out.resolve("import-report.md"))).contains("## dead", "## Next steps");
    }

    @Test
    void nothingIsOverwrittenAndNothingIsWrittenThen() throws Exception {
        Path out = directory.resolve("out");
        Files.createDirectories(out);
        Files.writeString(out.resolve("import-report.md"), "mine");
        CommandRun run = run(tree("two-offices"), "--out", out.toString());
        assertThat(run.status()).isEqualTo(73);
        assertThat(run.err()).contains("import-report.md exists and is not overwritten");
        assertThat(out.resolve("countersign.yaml")).doesNotExist();
    }

    @Test
    void jsonHasEveryKeyThatTheDocumentDescribes() throws Exception {
        CommandRun run =
                run(tree("hosting"), "--json", "--out", directory.resolve("out").toString());
        assertThat(DocumentedKeys.of("docs/moving-from-opendkim.md"))
                .contains("findings", "table")
                .allSatisfy(key -> assertThat(run.out()).contains("\"" + key + "\" :"));
    }

    @Test
    void jsonHasEachFindingWithItsLine() throws Exception {
        CommandRun run = run(tree("two-offices"), "--json");
        assertThat(run.json())
                .containsEntry("/schema", "1")
                .containsKeys("/findings/0/class", "/findings/0/file", "/findings/0/line", "/policy", "/steps/0");
    }

    @Test
    void asMeantMakesLinesLiveThatNeverMatched() throws Exception {
        ImportTree tree = tree("two-offices");
        Path out = directory.resolve("out");
        run(tree, "--as-meant", "--out", out.toString());
        ImportedPolicy policy = ImportedPolicy.load(out.resolve("countersign.yaml"));
        ImportTree.Mail meant = new ImportTree.Mail(
                "u@south.example", Optional.empty(), "172.21.0.77", "pc.lan", "", "", "", "", "", "");
        assertThat(policy.signers(meant)).isEqualTo("letters.example/n1, south.example/k1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SigningTabel refile:/x",
                "Syslog maybe",
                "ClockDrift soon",
                "Selector",
                "InternalHosts ::1, 127.0.0.1",
                "Include /etc/opendkim.conf",
                "Mode x"
            })
    void whatTheOldProgramRefusesIsRefusedWithItsLine(String line) throws Exception {
        Path root = directory.resolve("root");
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/opendkim.conf"), "Syslog yes\n" + line + "\n");
        CommandRun run =
                CommandRun.of("import", "opendkim", "/etc/opendkim.conf", "--root", root.toString(), "--offline");
        assertThat(run.status()).isEqualTo(78);
        assertThat(run.err()).startsWith("countersign: /etc/opendkim.conf:");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        CommandRun run = CommandRun.of(
                "import", "opendmarc", directory.resolve("none.conf").toString());
        assertThat(run.status()).isEqualTo(66);
        assertThat(run.err()).contains("none.conf does not exist");
    }
}

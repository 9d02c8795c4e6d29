package org.countersign.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive, unpacked into a directory that is not its final one. */
class ArchiveIT {
    @TempDir
    private static Path directory;

    @TempDir
    private Path temp;

    private static Path program;

    @BeforeAll
    static void unpack() throws Exception {
        BuiltPackages.succeed(List.of(
                "tar",
                "--extract",
                "--no-same-owner",
                "--file",
                BuiltPackages.ARCHIVE.toString(),
                "--directory",
                directory.toString()));
        program = directory.resolve("countersign-" + BuiltPackages.VERSION + "/usr/bin/countersign");
    }

    private BuiltPackages.Result launch(String options, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        return BuiltPackages.run(
                command,
                Map.of("PATH", temp.toString(), "JAVA_HOME", "/nonexistent", "COUNTERSIGN_JAVA_OPTS", options));
    }

    @Test
    void itRunsWithoutAnInstalledJava() throws Exception {
        BuiltPackages.Result version = launch("", "--version");
        assertThat(version.status()).isZero();
        assertThat(version.lines()).singleElement().asString().startsWith("countersign 0");
        // Classes of the class archive may lack what others have, such as where they come from.
        BuiltPackages.Result details = launch("", "version");
        assertThat(details.output()).startsWith("countersign 0").doesNotContain("internal error");
        assertThat(details.status()).isZero();
    }

    /** With "on" the virtual machine ends if it cannot use the archive; the option "-Xlog" would show why. */
    @Test
    void theClassArchiveIsValidInAnotherDirectoryToo() throws Exception {
        BuiltPackages.Result shown = launch("-Xshare:on", "policy", "show");
        assertThat(shown.output()).startsWith("mode: monitor\n").doesNotContain("[warning]", "[error]");
        assertThat(shown.status()).isZero();
    }

    @Test
    void theShippedPolicyFileIsValidAndRefusesNoMail() throws Exception {
        BuiltPackages.Result tested = launch("", "policy", "test");
        assertThat(tested.output()).isEqualTo("0 examples, 0 not as expected\n");
        assertThat(launch("", "policy", "show").lines()).contains("mode: monitor");
    }

    @Test
    void nothingIsUnpackedAtTheStart() throws Exception {
        Path unpacked = Files.createDirectory(temp.resolve("tmp"));
        BuiltPackages.Result demo = launch("-Dcountersign.rsa=fastest -Djava.io.tmpdir=" + unpacked, "demo");
        assertThat(demo.status()).isZero();
        assertThat(unpacked).isEmptyDirectory();
    }
}

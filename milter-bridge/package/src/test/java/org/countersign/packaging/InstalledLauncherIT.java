package org.countersign.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher of an installed program, with a script in the place of Java. */
class InstalledLauncherIT {
    @TempDir
    private Path temp;

    private Path root;
    private Path launcher;

    @BeforeEach
    void install() throws IOException {
        root = temp.toRealPath().resolve("a directory");
        launcher = root.resolve("usr/bin/countersign");
        Files.createDirectories(launcher.getParent());
        Files.copy(BuiltPackages.TREE.resolve("usr/bin/countersign"), launcher);
        executable(launcher);
        Path java = root.resolve("usr/lib/countersign/runtime/bin/java");
        Files.createDirectories(java.getParent());
        Files.writeString(java, """
            #!/bin/sh
            echo "pid $$"
            echo "arenas ${MALLOC_ARENA_MAX:-}"
            echo "classpath ${CLASSPATH:-}"
            for argument in "$@"; do echo "<$argument>"; done
            exit 3
            """);
        executable(java);
    }

    private static void executable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private BuiltPackages.Result launch(Map<String, String> variables, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        return BuiltPackages.run(command, variables);
    }

    private List<String> launch(String... arguments) throws IOException, InterruptedException {
        // Without any program on the path: no Java is searched for.
        return launch(Map.of("PATH", temp.toString()), arguments).lines();
    }

    @Test
    void theServiceHasAHeapOfFixedSizeAndGivesMemoryBack() throws Exception {
        assertThat(launch("serve"))
                .contains("arenas 1", "<-Dcountersign.rsa=fastest>")
                .anyMatch(line -> line.startsWith("<-Xmx"))
                .anyMatch(line -> line.startsWith("<-XX:TrimNativeHeapInterval="))
                .doesNotContain("<-XX:TieredStopAtLevel=1>");
        assertThat(launch("--debug", "serve")).contains("arenas 1", "<-Dcountersign.rsa=fastest>");
    }

    @Test
    void aShortCommandHasTheFasterCompiler() throws Exception {
        for (String[] command : new String[][] {{"check", "serve"}, {"--debug", "policy", "show"}, {"--version"}, {}}) {
            assertThat(launch(command))
                    .contains("arenas ", "<-XX:TieredStopAtLevel=1>", "<-Dcountersign.rsa=runtime>")
                    .noneMatch(line -> line.startsWith("<-Xmx"));
        }
    }

    /** A mail server would send a report back if the virtual machine ended with a status of its own. */
    @Test
    void onlyTheReceiverOfReportsGoesOnWithoutMemory() throws Exception {
        String option = "<-XX:-ExitOnOutOfMemoryError>";
        assertThat(launch("reports", "receive", "--recipient=dmarc@example.org"))
                .contains(option);
        assertThat(launch("--debug", "reports", "receive")).contains(option);
        for (String[] command : new String[][] {{"serve"}, {"reports"}, {"reports", "ready", "receive"}, {"receive"}}) {
            assertThat(launch(command)).doesNotContain(option);
        }
    }

    @Test
    void theClassPathIsThatOfTheClassArchive() throws Exception {
        Path home = root.resolve("usr/lib/countersign");
        String jars;
        try (Stream<Path> files = Files.list(BuiltPackages.TREE.resolve("usr/lib/countersign/lib"))) {
            jars = files.map(file ->
                            home.resolve("lib").resolve(file.getFileName()).toString())
                    .sorted()
                    .collect(Collectors.joining(":"));
        }
        assertThat(launch("serve"))
                .contains("classpath " + jars)
                .containsSubsequence(
                        "<-XX:SharedArchiveFile=" + home + "/classes.jsa>", "<org.countersign.cli.Main>", "<serve>");
    }

    /** As ps and systemctl status show it. */
    @Test
    void theCommandLineOfTheServiceIsShort() throws Exception {
        List<String> arguments = launch("serve", "--config", "/etc/countersign/countersign.yaml").stream()
                .filter(line -> line.startsWith("<"))
                .map(line -> line.substring(1, line.length() - 1).replace(root.toString(), ""))
                .toList();
        assertThat(arguments).startsWith("@/usr/lib/countersign/java.options");
        assertThat(String.join(" ", arguments)).hasSizeLessThan(500);
    }

    @Test
    void theOptionsOfAllCommandsAreInAFile() throws Exception {
        Path options = BuiltPackages.TREE.resolve("usr/lib/countersign/java.options");
        assertThat(Files.readAllLines(options)).contains("-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError");
        assertThat(BuiltPackages.succeed(List.of(
                        BuiltPackages.TREE
                                .resolve("usr/lib/countersign/runtime/bin/java")
                                .toString(),
                        "@" + options,
                        "--version")))
                .isNotEmpty();
    }

    @Test
    void thePolicyFileIsInItsOwnTree() throws Exception {
        String property = "<-Dcountersign.config=" + root + "/etc/countersign/countersign.yaml>";
        assertThat(launch("policy", "show")).contains(property);
        Path link = Files.createSymbolicLink(temp.resolve("link"), launcher);
        assertThat(BuiltPackages.run(List.of(link.toString()), Map.of()).lines())
                .contains(property);
    }

    @Test
    void optionsOfTheAdministratorComeLast() throws Exception {
        assertThat(launch(Map.of("COUNTERSIGN_JAVA_OPTS", "-Xmx1g  -Dkey=value", "MALLOC_ARENA_MAX", "2"), "serve")
                        .lines())
                .containsSubsequence(
                        "arenas 2",
                        "<@" + root + "/usr/lib/countersign/java.options>",
                        "<-Xmx1g>",
                        "<-Dkey=value>",
                        "<org.countersign.cli.Main>");
    }

    @Test
    void argumentsAndTheExitStatusPassUnchanged() throws Exception {
        BuiltPackages.Result result = launch(Map.of(), "check", "", "two words", "*", "$HOME", "\"'\\");
        assertThat(result.status()).isEqualTo(3);
        assertThat(result.lines())
                .containsSubsequence(
                        "<org.countersign.cli.Main>", "<check>", "<>", "<two words>", "<*>", "<$HOME>", "<\"'\\>");
    }
}

package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, run by the system's shell among Java homes that are directories with a script in them. */
class LauncherIT {
    private static final Path SCRIPT = Path.of(System.getProperty("countersign.root"), "countersign");
    private static final List<String> TOOLS =
            List.of("dirname", "readlink", "sed", "head", "tail", "mkdir", "touch", "find", "cat");

    @TempDir
    private Path temp;

    private Path app;
    private Path tools;
    private final Map<String, String> environment = new TreeMap<>();

    private record Outcome(int status, long pid, List<String> out, List<String> err) {
        String home() {
            return out.get(0);
        }
    }

    @BeforeEach
    void install() throws IOException {
        tools = Files.createDirectory(temp.resolve("tools"));
        for (String tool : TOOLS) {
            script(tools.resolve(tool), "#!/bin/sh\nexec " + systemTool(tool) + " \"$@\"\n");
        }
        environment.put("PATH", tools.toString());
        environment.put("HOME", temp.toString());
        environment.put("COUNTERSIGN_JVM_PATH", temp.resolve("jvm").toString());
        app = Files.createDirectory(temp.resolve("an app"));
        Files.copy(SCRIPT, app.resolve("countersign"));
        Files.createDirectory(app.resolve("lib"));
    }

    private static Path systemTool(String name) {
        return List.of(Path.of("/usr/bin"), Path.of("/bin")).stream()
                .map(directory -> directory.resolve(name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }

    private static Path script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path jre(String name, String version) throws IOException {
        Path home = temp.resolve(name);
        script(home.resolve("bin/java"), """
            #!/bin/sh
            if [ "$1" = -version ]; then echo 'openjdk version "%s" 2026-01-20' >&2; exit 0; fi
            echo "home %s"
            echo "pid $$"
            for argument in "$@"; do echo "<$argument>"; done
            exit 3
            """.formatted(version, name));
        Files.writeString(
                home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\nOS_NAME=\"Linux\"\n");
        return home;
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = jre(name, version);
        script(home.resolve("bin/javac"), "#!/bin/sh\n");
        return home;
    }

    private Outcome launch(String... arguments) throws IOException, InterruptedException {
        return launch(app.resolve("countersign"), arguments);
    }

    private Outcome launch(Path launcher, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", launcher.toString()));
        command.addAll(List.of(arguments));
        Path out = temp.resolve("out");
        Path err = temp.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(temp.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        int status = process.waitFor();
        return new Outcome(status, process.pid(), Files.readAllLines(out), Files.readAllLines(err));
    }

    @Nested
    class Choice {
        @Test
        void takesTheHomeThatIsForItAlone() throws Exception {
            environment.put("JAVA_HOME", jre("b", "22").toString());
            environment.put("COUNTERSIGN_JAVA_HOME", jre("a", "21").toString());
            assertThat(launch("x").home()).isEqualTo("home a");
        }

        @Test
        void doesNotPassOverAHomeThatIsForItAlone() throws Exception {
            environment.put("JAVA_HOME", jre("b", "22").toString());
            environment.put("COUNTERSIGN_JAVA_HOME", jre("a", "17.0.9").toString());
            Outcome outcome = launch("x");
            assertThat(outcome.status()).isEqualTo(78);
            assertThat(outcome.out()).isEmpty();
            assertThat(outcome.err())
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .startsWith("countersign: COUNTERSIGN_JAVA_HOME is ")
                            .contains(temp.resolve("a").toString(), "21"));
        }

        @Test
        void takesJavaHomeBeforeThePath() throws Exception {
            Files.createSymbolicLink(tools.resolve("java"), jre("path", "25").resolve("bin/java"));
            environment.put("JAVA_HOME", jre("home", "21.0.1").toString());
            assertThat(launch("x").home()).isEqualTo("home home");
        }

        @Test
        void followsThePathToTheHome() throws Exception {
            environment.put("JAVA_HOME", jre("home", "20").toString());
            Files.createSymbolicLink(
                    temp.resolve("alternative"), jre("path", "25").resolve("bin/java"));
            Files.createSymbolicLink(tools.resolve("java"), temp.resolve("alternative"));
            assertThat(launch("x").home()).isEqualTo("home path");
        }

        @Test
        void takesTheRuntimeBesideIt() throws Exception {
            Files.createSymbolicLink(app.resolve("jre"), jre("bundled", "21"));
            jre("jvm/a", "25");
            assertThat(launch("x").home()).isEqualTo("home bundled");
        }

        @Test
        void looksThroughDirectoriesForOneThatIsNewEnough() throws Exception {
            environment.put("COUNTERSIGN_JVM_PATH", temp.resolve("none") + ":" + temp.resolve("jvm"));
            jre("jvm/a", "1.8.0_392");
            jre("jvm/b", "17.0.9");
            jre("jvm/c", "21.0.5");
            jre("jvm/d", "25");
            assertThat(launch("x").home()).isEqualTo("home jvm/c");
        }

        @Test
        void asksJavaWhereThereIsNoReleaseFile() throws Exception {
            Files.delete(jre("jvm/a", "1.8.0_392").resolve("release"));
            Files.delete(jre("jvm/b", "23-ea").resolve("release"));
            assertThat(launch("x").home()).isEqualTo("home jvm/b");
        }

        @Test
        void saysInOneLineWhatIsMissing() throws Exception {
            jre("jvm/a", "1.8.0_392");
            jre("jvm/b", "17.0.9");
            Outcome outcome = launch("x");
            assertThat(outcome.status()).isEqualTo(78);
            assertThat(outcome.out()).isEmpty();
            assertThat(outcome.err())
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .startsWith("countersign: needs Java 21 or newer and found only 17, in "
                                    + temp.resolve("jvm/b") + ": ")
                            .contains("apt install openjdk-21-jre-headless", "JAVA_HOME"));
        }

        @Test
        void saysInOneLineThatThereIsNoneAtAll() throws Exception {
            Outcome outcome = launch("x");
            assertThat(outcome.status()).isEqualTo(78);
            assertThat(outcome.err())
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .startsWith("countersign: needs Java 21 or newer and found none: install one"));
        }
    }

    @Nested
    class Start {
        @Test
        void becomesJavaAndPassesItsExitStatusOn() throws Exception {
            environment.put("JAVA_HOME", jre("home", "21").toString());
            Outcome outcome = launch("x");
            assertThat(outcome.status()).isEqualTo(3);
            assertThat(outcome.out()).contains("pid " + outcome.pid());
            assertThat(outcome.err()).isEmpty();
        }

        @Test
        void passesArgumentsOnAsTheyAre() throws Exception {
            environment.put("JAVA_HOME", jre("home", "21").toString());
            Outcome outcome = launch("check", "", "two words", "*", "$HOME", "\"'\\");
            assertThat(outcome.out())
                    .containsSubsequence(
                            "<-cp>",
                            "<" + app.resolve("lib") + "/*>",
                            "<org.countersign.cli.Main>",
                            "<check>",
                            "<>",
                            "<two words>",
                            "<*>",
                            "<$HOME>",
                            "<\"'\\>");
        }

        @Test
        void putsFurtherOptionsBehindItsOwn() throws Exception {
            environment.put("JAVA_HOME", jre("home", "21").toString());
            environment.put("COUNTERSIGN_JAVA_OPTS", "-Xmx64m  -Dkey=value");
            assertThat(launch("x").out())
                    .containsSubsequence("<-XX:+UseSerialGC>", "<-Xmx64m>", "<-Dkey=value>", "<-cp>");
        }

        @Test
        void onlyAServerLoadsTheFasterRsa() throws Exception {
            environment.put("JAVA_HOME", jre("home", "21").toString());
            assertThat(launch("serve", "--config", "x").out()).contains("<-Dcountersign.rsa=fastest>");
            assertThat(launch("check", "serve").out()).contains("<-Dcountersign.rsa=runtime>");
            assertThat(launch().out()).contains("<-Dcountersign.rsa=runtime>");
        }

        @Test
        void findsItsDirectoryThroughSymbolicLinks() throws Exception {
            environment.put("JAVA_HOME", jre("home", "21").toString());
            Path links = Files.createDirectory(temp.resolve("links"));
            Files.createSymbolicLink(links.resolve("one"), Path.of("../an app/countersign"));
            Files.createSymbolicLink(links.resolve("two"), Path.of("one"));
            assertThat(launch(links.resolve("two"), "x").out()).contains("<" + app.resolve("lib") + "/*>");
        }
    }

    @Nested
    class Jdk {
        @Test
        void isOneWithACompiler() throws Exception {
            jre("jvm/a", "21");
            Path home = jdk("jvm/b", "21");
            Outcome outcome = launch("jdk");
            assertThat(outcome.status()).isZero();
            assertThat(outcome.out()).containsExactly(home.toString());
        }

        @Test
        void isWrittenToAFileThatIsEmptyWhereThereIsNone() throws Exception {
            Path file = temp.resolve("target/jdk");
            Path home = jdk("jvm/b", "21");
            assertThat(launch("jdk", file.toString()).status()).isZero();
            assertThat(Files.readAllLines(file)).containsExactly(home.toString());

            Files.delete(home.resolve("bin/javac"));
            Outcome outcome = launch("jdk", file.toString());
            assertThat(outcome.status()).isEqualTo(78);
            assertThat(outcome.err())
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .startsWith("countersign: needs a JDK 21 or newer and found none")
                            .contains("openjdk-21-jdk-headless"));
            assertThat(file).isEmptyFile();
        }
    }

    @Nested
    class Usage {
        @Test
        void anOptionOfJdkIsNoFileName() throws Exception {
            jdk("jvm/b", "21");
            Outcome help = launch("jdk", "--help");
            assertThat(help.status()).isZero();
            assertThat(help.out()).first().asString().isEqualTo("Usage: countersign jdk [FILE]");
            Outcome wrong = launch("jdk", "--hepl");
            assertThat(wrong.status()).isEqualTo(64);
            assertThat(wrong.err())
                    .singleElement()
                    .asString()
                    .startsWith("countersign: jdk has no option --hepl: see countersign jdk --help");
            assertThat(temp.resolve("--help")).doesNotExist();
            assertThat(temp.resolve("--hepl")).doesNotExist();
        }

        @Test
        void theAdviceIsGoodOnDebian12Too() throws Exception {
            assertThat(launch("x").err())
                    .singleElement()
                    .asString()
                    .contains("Debian 13 or newer", "Debian 12 has none", "https://adoptium.net/installation/linux");
        }
    }

    @Nested
    class Checkout {
        private Path source;
        private Path jar;

        @BeforeEach
        void checkOut() throws IOException {
            Files.delete(app.resolve("lib"));
            source = app.resolve("engine/core/src/main/java/A.java");
            Files.createDirectories(source.getParent());
            Files.createDirectories(app.resolve("milter-bridge/app/src/main"));
            Files.writeString(source, "");
            jar = app.resolve("milter-bridge/app/target/countersign/lib/countersign-milter-bridge.jar");
            jdk("jvm/jdk", "21");
        }

        private void maven(String body) throws IOException {
            script(tools.resolve("mvn"), """
                #!/bin/sh
                echo "mvn $*" >>"%s/calls"
                echo "home $JAVA_HOME in $PWD" >>"%s/calls"
                %s
                """.formatted(temp, temp, body));
        }

        private void workingMaven() throws IOException {
            maven("mkdir -p milter-bridge/app/target/countersign/lib; echo x >milter-bridge/app/target/countersign/lib/"
                    + "countersign-milter-bridge.jar");
        }

        private List<String> calls() throws IOException {
            Path calls = temp.resolve("calls");
            return Files.exists(calls) ? Files.readAllLines(calls, StandardCharsets.UTF_8) : List.of();
        }

        @Test
        void isBuiltOnFirstUseWithOneLineAboutIt() throws Exception {
            workingMaven();
            Outcome outcome = launch("x");
            assertThat(outcome.status()).isEqualTo(3);
            assertThat(outcome.err()).containsExactly("countersign: first use: building (about a minute) ...");
            assertThat(outcome.out()).contains("<" + jar.getParent() + "/*>");
            assertThat(calls())
                    .containsExactly(
                            "mvn -B -q -DskipTests -pl milter-bridge/app -am package",
                            "home " + temp.resolve("jvm/jdk") + " in " + app);
        }

        @Test
        void isNotBuiltAgainUntilASourceIsNewer() throws Exception {
            workingMaven();
            launch("x");
            Outcome second = launch("x");
            assertThat(second.err()).isEmpty();
            assertThat(calls()).hasSize(2);

            Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
            Outcome third = launch("x");
            assertThat(third.err())
                    .containsExactly(
                            "countersign: the sources are newer than the build: building (about a minute) ...");
            assertThat(calls()).hasSize(4);
        }

        @Test
        void isOnlyAsNewAsTheBeginningOfItsBuild() throws Exception {
            maven(
                    "mkdir -p milter-bridge/app/target/countersign/lib; touch -d 2040-01-01 milter-bridge/app/target/countersign/"
                            + "lib/countersign-milter-bridge.jar");
            launch("x");
            assertThat(Files.getLastModifiedTime(jar).toInstant()).isBefore(Instant.now());
        }

        @Test
        void showsTheEndOfTheLogWhenTheBuildFails() throws Exception {
            maven("i=0; while [ $i -lt 50 ]; do i=$((i + 1)); echo \"line $i\"; done; exit 1");
            Outcome outcome = launch("x");
            assertThat(outcome.status()).isEqualTo(70);
            assertThat(outcome.out()).isEmpty();
            Path log = app.resolve("milter-bridge/app/target/build.log");
            assertThat(outcome.err())
                    .contains("line 31", "line 50")
                    .doesNotContain("line 30")
                    .last()
                    .isEqualTo("countersign: the build failed: see above, or all of it in " + log);
            assertThat(log).content().contains("line 1\n");
        }

        @Test
        void isABuildThatFailedWhenNothingComesOfIt() throws Exception {
            maven("exit 0");
            assertThat(launch("x").status()).isEqualTo(70);
        }

        @Test
        void saysSoWhereTheBuildCannotBeWritten() throws Exception {
            workingMaven();
            // Not even root writes to a directory as to a file.
            Files.createDirectories(app.resolve("milter-bridge/app/target/build.started"));
            Outcome outcome = launch("x");
            assertThat(outcome.status()).isEqualTo(73);
            assertThat(outcome.err())
                    .singleElement()
                    .asString()
                    .isEqualTo("countersign: first use, and " + app.resolve("milter-bridge/app/target")
                            + " cannot be written to: build as the user who owns it");
            assertThat(calls()).isEmpty();
        }

        @Test
        void needsMavenAndSaysSoInOneLine() throws Exception {
            Outcome outcome = launch("x");
            assertThat(outcome.status()).isEqualTo(78);
            assertThat(outcome.err())
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .startsWith("countersign: first use, and there is no mvn to build with: ")
                            .contains("apt install maven"));
        }

        @Test
        void needsAJdkAndSaysSoInOneLine() throws Exception {
            workingMaven();
            Files.delete(temp.resolve("jvm/jdk/bin/javac"));
            Outcome outcome = launch("x");
            assertThat(outcome.status()).isEqualTo(78);
            assertThat(outcome.err())
                    .singleElement()
                    .satisfies(line -> assertThat(line).contains("needs a JDK 21"));
            assertThat(calls()).isEmpty();
        }
    }
}

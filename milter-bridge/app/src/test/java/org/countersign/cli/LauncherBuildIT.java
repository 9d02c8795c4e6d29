package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The launcher in a source checkout: it builds the program if there is no current build. */
class LauncherBuildIT extends LauncherFixture {
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
    void buildsOnFirstUseWithOneLineOfOutput() throws Exception {
        workingMaven();
        Outcome outcome = launch("x");
        assertThat(outcome.status()).isEqualTo(3);
        assertThat(outcome.err()).containsExactly("countersign: first use: building, which takes a few minutes ...");
        assertThat(outcome.out()).contains("<" + jar.getParent() + "/*>");
        assertThat(calls())
                .containsExactly(
                        "mvn -B -q -DskipTests -pl milter-bridge/app -am package",
                        "home " + temp.resolve("jvm/jdk") + " in " + app);
    }

    @Test
    void buildsAgainOnlyIfASourceIsNewer() throws Exception {
        workingMaven();
        launch("x");
        Outcome second = launch("x");
        assertThat(second.err()).isEmpty();
        assertThat(calls()).hasSize(2);

        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
        Outcome third = launch("x");
        assertThat(third.err())
                .containsExactly(
                        "countersign: the sources are newer than the build: building, which takes a few minutes ...");
        assertThat(calls()).hasSize(4);
    }

    @Test
    void takesTheStartOfTheBuildAsTheAgeOfTheBuild() throws Exception {
        maven("mkdir -p '" + jar.getParent() + "'; touch -d +1day '" + jar + "'");
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
                .isEqualTo("countersign: the build failed: see above, or the whole output in " + log);
        assertThat(log).content().contains("line 1\n");
    }

    @Test
    void reportsAFailedBuildIfThereIsNoResult() throws Exception {
        maven("exit 0");
        assertThat(launch("x").status()).isEqualTo(70);
    }

    @Test
    void reportsABuildDirectoryThatCannotBeWritten() throws Exception {
        workingMaven();
        // Not even root can write to a directory as if it were a file.
        Files.createDirectories(app.resolve("milter-bridge/app/target/build.started"));
        Outcome outcome = launch("x");
        assertThat(outcome.status()).isEqualTo(73);
        assertThat(outcome.err())
                .singleElement()
                .asString()
                .isEqualTo("countersign: first use, and " + app.resolve("milter-bridge/app/target")
                        + " cannot be written: build as the user who owns it");
        assertThat(calls()).isEmpty();
    }

    @Test
    void reportsAMissingMavenInOneLine() throws Exception {
        Outcome outcome = launch("x");
        assertThat(outcome.status()).isEqualTo(78);
        assertThat(outcome.err())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("countersign: first use, but Maven is not installed: ")
                        .contains("apt install maven"));
    }

    @Test
    void reportsAMissingJdkInOneLine() throws Exception {
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

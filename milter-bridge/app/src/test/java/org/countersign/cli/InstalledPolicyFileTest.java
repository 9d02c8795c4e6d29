package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The policy file of an installed program, which commands use without {@code --config}. */
@Isolated("sets a property that each command reads")
class InstalledPolicyFileTest {
    @TempDir
    private Path temp;

    private Path installed;

    @BeforeEach
    void install() throws IOException {
        installed = temp.resolve("installed.yaml");
        Files.writeString(installed, "mode: enforce\nprotect: [installed.example]\n");
        System.setProperty(InstalledPolicyFile.PROPERTY, installed.toString());
    }

    @AfterEach
    void remove() {
        System.clearProperty(InstalledPolicyFile.PROPERTY);
    }

    @Test
    void commandsReadItWithoutTheOption() {
        assertThat(CommandRun.of("policy", "show").out()).contains("installed.example");
        assertThat(CommandRun.of("policy", "test").out()).contains("0 examples, 0 not as expected");
    }

    @Test
    void theOptionComesFirst() throws IOException {
        Path other = Files.writeString(temp.resolve("other.yaml"), "protect: [other.example]\n");
        assertThat(CommandRun.of("policy", "show", "--config", other.toString()).out())
                .contains("other.example")
                .doesNotContain("installed.example");
    }

    @Test
    void itIsAnErrorThatItIsMissing() throws IOException {
        Files.delete(installed);
        CommandRun run = CommandRun.of("policy", "show");
        assertThat(run.status()).isEqualTo(ExitStatus.NO_INPUT.code());
        assertThat(run.err()).contains(installed.toString());
    }

    @Test
    void aSourceCheckoutHasNoDefault() {
        remove();
        assertThat(CommandRun.of("policy", "show").out()).doesNotContain("installed.example");
        assertThat(CommandRun.of("policy", "test").status()).isEqualTo(ExitStatus.USAGE.code());
    }
}

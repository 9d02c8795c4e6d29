package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MainTest {
    @Test
    void showsHelpOnRequest() {
        CommandRun run = CommandRun.of("--help");
        assertThat(run.status()).isZero();
        assertThat(run.out()).startsWith("Usage: countersign ");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void showsItsVersionOnRequest() {
        CommandRun run = CommandRun.of("--version");
        assertThat(run.status()).isZero();
        assertThat(run.out()).startsWith("countersign ");
    }

    @Test
    void wantsACommand() {
        CommandRun run = CommandRun.of();
        assertThat(run.status()).isEqualTo(64);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("countersign: a command is missing; see countersign --help\n");
    }

    @Test
    void saysInOneLineWhatItDoesNotKnow() {
        CommandRun run = CommandRun.of("--verzion");
        assertThat(run.status()).isEqualTo(64);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("countersign: Unknown option: '--verzion'; did you mean --version?\n");
    }

    @Test
    void escapesWhatItShows() {
        assertThat(CommandRun.of("--x\u001b[31m\n").err()).hasLineCount(1).contains("\\x1b[31m\\x0a");
    }
}

package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
    void reportsAMissingCommand() {
        CommandRun run = CommandRun.of();
        assertThat(run.status()).isEqualTo(64);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("countersign: a command is missing; see countersign --help\n");
    }

    @Test
    void reportsAnUnknownOptionInOneLine() {
        CommandRun run = CommandRun.of("--verzion");
        assertThat(run.status()).isEqualTo(64);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("countersign: Unknown option: '--verzion'; did you mean --version?\n");
    }

    @Test
    void anUnknownCommandIsAUsageErrorEvenWithHelp() {
        for (String[] line :
                List.of(new String[] {"setup"}, new String[] {"setup", "--help"}, new String[] {"--help", "setup"})) {
            CommandRun run = CommandRun.of(line);
            assertThat(run.status()).isEqualTo(64);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).startsWith("countersign: Unknown argument: 'setup'");
        }
        assertThat(CommandRun.of("policy", "shew", "--help").status()).isEqualTo(64);
        assertThat(CommandRun.of("policy", "show", "--help").status()).isZero();
        assertThat(CommandRun.of("--help").status()).isZero();
    }

    @Test
    void aFileNeedsAName() {
        for (String command : List.of("serve", "policy show", "policy test")) {
            String[] words = (command + " --config=").split(" ", -1);
            CommandRun run = CommandRun.of(words);
            assertThat(run.status()).isEqualTo(64);
            assertThat(run.err())
                    .isEqualTo("countersign " + command + ": Invalid value for option '--config': the"
                            + " file name is missing; see countersign " + command + " --help\n");
        }
    }

    @Test
    void escapesWhatItShows() {
        assertThat(CommandRun.of("--x\u001b[31m\n").err()).hasLineCount(1).contains("\\x1b[31m\\x0a");
        assertThat(CommandRun.of("check", "no-such-\u001b[31mfile.eml").err())
                .hasLineCount(1)
                .contains("no-such-\\x1b[31mfile.eml");
    }
}

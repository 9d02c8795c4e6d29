package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.countersign.explain.TextStyle;
import org.countersign.explain.TextStyle.Tone;
import org.countersign.explain.TextTree;
import org.countersign.testing.ManualClock;
import org.junit.jupiter.api.Test;

/** The conventions that all commands share: colours, trees, widths and progress. */
class OutputOptionsTest {
    private static final Map<String, String> TERMINAL = Map.of("TERM", "xterm", "LANG", "en_GB.UTF-8");

    private static TextStyle auto(Map<String, String> environment, boolean terminal) {
        return OutputOptions.style(OutputOptions.Color.AUTO, environment, terminal);
    }

    @Test
    void coloursAreForATerminalThatWantsThem() {
        assertThat(auto(TERMINAL, true)).isEqualTo(new TextStyle(true, true, 80));
        assertThat(auto(TERMINAL, false)).isEqualTo(new TextStyle(false, true, TextStyle.UNFOLDED));
        assertThat(auto(Map.of("TERM", "dumb"), true).colours()).isFalse();
        assertThat(auto(Map.of("TERM", "xterm", "NO_COLOR", "0"), true).colours())
                .isFalse();
        assertThat(auto(Map.of("TERM", "xterm", "NO_COLOR", ""), true).colours())
                .isTrue();
        assertThat(OutputOptions.style(OutputOptions.Color.ALWAYS, Map.of("NO_COLOR", "1"), false)
                        .colours())
                .isTrue();
        assertThat(OutputOptions.style(OutputOptions.Color.NEVER, TERMINAL, true)
                        .colours())
                .isFalse();
    }

    @Test
    void theLocaleDecidesAboutTheLinesOfTrees() {
        assertThat(auto(Map.of("LC_ALL", "C", "LANG", "en_GB.UTF-8"), true).unicode())
                .isFalse();
        assertThat(auto(Map.of("LC_CTYPE", "C.utf8"), true).unicode()).isTrue();
        assertThat(auto(Map.of(), true).unicode()).isFalse();
    }

    @Test
    void columnsIsTheWidthAlsoInAPipe() {
        assertThat(auto(Map.of("COLUMNS", "120"), true).width()).isEqualTo(120);
        assertThat(auto(Map.of("COLUMNS", "100"), false).width()).isEqualTo(100);
        assertThat(auto(Map.of("COLUMNS", "7"), true).width()).isEqualTo(TextStyle.MIN_WIDTH);
        assertThat(auto(Map.of("COLUMNS", "wide"), true).width()).isEqualTo(80);
    }

    @Test
    void aTreeKeepsItsLinesWhereTextIsFolded() {
        TextTree tree = TextTree.of("fail  ", Tone.BAD, "the first line is longer than forty columns")
                .add(TextTree.of("a branch with a text that is longer than forty columns too")
                        .add("a leaf that also has more words than one line can hold"))
                .add("the last leaf, which is folded below itself, too");
        assertThat(tree.lines("SPF ", new TextStyle(false, true, 40)))
                .containsExactly(
                        "SPF fail  the first line is longer than",
                        "    │ forty columns",
                        "    ├─ a branch with a text that is",
                        "    │  │ longer than forty columns too",
                        "    │  └─ a leaf that also has more",
                        "    │       words than one line can hold",
                        "    └─ the last leaf, which is folded",
                        "         below itself, too");
        assertThat(tree.lines("SPF ", TextStyle.PLAIN))
                .containsExactly(
                        "SPF fail  the first line is longer than forty columns",
                        "    |- a branch with a text that is longer than forty columns too",
                        "    |  `- a leaf that also has more words than one line can hold",
                        "    `- the last leaf, which is folded below itself, too");
        assertThat(tree.lines("", new TextStyle(true, false, 200)).getFirst())
                .isEqualTo("\u001b[31mfail\u001b[0m  the first line is longer than forty columns");
    }

    @Test
    void progressIsDrawnOnATerminalAfterHalfASecondAndRemoved() {
        ManualClock clock = ManualClock.at(Instant.EPOCH);
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (Progress progress =
                new Progress(new PrintStream(err, true, StandardCharsets.US_ASCII), true, false, clock, "messages")) {
            clock.advance(Duration.ofMillis(400));
            progress.show(10, 100, 1000);
            assertThat(err.size()).isZero();
            clock.advance(Duration.ofMillis(600));
            progress.show(2000, 250, 1000);
            progress.show(2001, 251, 1000);
        }
        assertThat(err.toString(StandardCharsets.US_ASCII))
                .isEqualTo(
                        "\r\u001b[K[#####...............]  25 %  2,000 messages, 2,000 a second, 0:03 left\r\u001b[K");
    }

    @Test
    void elsewhereProgressIsALineInThirtySecondsAndNoneIfQuiet() {
        for (boolean quiet : List.of(true, false)) {
            ManualClock clock = ManualClock.at(Instant.EPOCH);
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            try (Progress progress = new Progress(
                    new PrintStream(err, true, StandardCharsets.US_ASCII), false, quiet, clock, "messages")) {
                for (int i = 0; i < 45; i++) {
                    clock.advance(Duration.ofSeconds(1));
                    progress.show(i, 0, 0);
                }
            }
            assertThat(err.toString(StandardCharsets.US_ASCII))
                    .isEqualTo(quiet ? "" : "countersign: 29 messages, 1 a second\n");
        }
    }
}

package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.countersign.MessageOutcome;
import org.countersign.dns.DnsRecorder;
import org.countersign.dns.DnsTrace;
import org.countersign.explain.Explanation;
import org.countersign.explain.ExplanationJson;
import org.countersign.explain.ExplanationText;
import org.countersign.explain.MessageExplanation;
import org.countersign.explain.StepsText;
import org.countersign.explain.TextStyle;
import org.countersign.explain.VerdictText;
import org.countersign.testing.ConformanceRun;
import org.countersign.vectors.ConformanceCase;
import org.countersign.vectors.ConformancePack;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code check} writes for some cases of the conformance pack, whole. Run with {@code -Dgolden.apply=true} to take
 * over what is written now, and read the difference.
 */
class CheckGoldenTest {
    private static final Path GOLDEN = Path.of(
                    Optional.ofNullable(System.getProperty("countersign.root")).orElse(".."))
            .resolve("milter-bridge/app/src/test/resources/org/countersign/cli/check");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aligned-spf-and-dkim",
                "arc-chain-broken",
                "arc-changed-between-two-handlers",
                "arc-marked-as-failed",
                "forged-authentication-results",
                "forged-from-policy-reject",
                "forged-subdomain-np",
                "key-lookup-times-out-but-spf-aligned",
                "mailing-list-footer",
                "null-sender-aligned-by-helo",
                "two-from-fields"
            })
    void checkWritesEveryResultWithItsEvidence(String id) throws IOException {
        MessageOutcome.Judged outcome = ConformanceRun.outcome(vector(id));
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        ExplanationJson.write(MessageExplanation.of(outcome), new PrintStream(json, true, StandardCharsets.UTF_8));
        compare(id + ".json", json);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        new ExplanationText(new PrintStream(text, true, StandardCharsets.UTF_8))
                .write(MessageExplanation.of(outcome), new Explanation.Group());
        compare(id + ".txt", text);
    }

    /** At a terminal of 80 columns with UTF-8, and in a pipe without. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "aligned-spf-and-dkim",
                "arc-changed-between-two-handlers",
                "forged-from-policy-reject",
                "mailing-list-footer",
                "two-from-fields"
            })
    void theTreeShowsWhyAndWhatWouldChangeIt(String id) throws IOException {
        MessageOutcome.Judged outcome = ConformanceRun.outcome(vector(id));
        Explanation.Group tree = MessageExplanation.full(outcome, DnsTrace.NONE);
        for (boolean terminal : new boolean[] {true, false}) {
            TextStyle style = terminal ? new TextStyle(false, true, 80) : TextStyle.PLAIN;
            List<String> lines = VerdictText.lines(tree, new Explanation.Group(), style, terminal);
            // The folds of a header field are content.
            assertThat(lines.stream().takeWhile(line -> !line.equals("header changes")))
                    .allMatch(line -> line.length() <= (terminal ? 80 : Integer.MAX_VALUE));
            compare(id + (terminal ? ".explain.txt" : ".piped.txt"), text(lines));
        }
    }

    /** The dialogue in the order of time, at a terminal. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "aligned-spf-and-dkim",
                "arc-changed-between-two-handlers",
                "forged-from-policy-reject",
                "key-lookup-times-out-but-spf-aligned",
                "two-from-fields"
            })
    void theStepsAreADialogueInTheOrderOfTime(String id) throws IOException {
        List<String> lines = StepsText.lines(tree(id), new TextStyle(false, true, 80));
        assertThat(lines).allMatch(line -> line.length() <= 80);
        compare(id + ".steps.txt", text(lines));
    }

    /** The character ESC is written as {@code \e}, so that a person can read the files. */
    @ParameterizedTest
    @ValueSource(strings = {"aligned-spf-and-dkim", "mailing-list-footer"})
    void coloursMarkWordsThatAlsoSayIt(String id) throws IOException {
        TextStyle colours = new TextStyle(true, true, 80);
        TextStyle none = new TextStyle(false, true, 80);
        List<String> tree = VerdictText.lines(tree(id), new Explanation.Group(), colours, false);
        List<String> steps = StepsText.lines(tree(id), colours);
        compare(
                id + ".colours.txt",
                text(tree.stream().map(CheckGoldenTest::visible).toList()));
        compare(
                id + ".steps.colours.txt",
                text(steps.stream().map(CheckGoldenTest::visible).toList()));
        assertThat(tree.stream().map(CheckGoldenTest::withoutColours))
                .containsExactlyElementsOf(VerdictText.lines(tree(id), new Explanation.Group(), none, false));
        assertThat(steps.stream().map(CheckGoldenTest::withoutColours))
                .containsExactlyElementsOf(StepsText.lines(tree(id), none));
    }

    @ParameterizedTest
    @ValueSource(strings = {"arc-changed-between-two-handlers", "forged-from-policy-reject"})
    void aWideTerminalHasLongerLines(String id) throws IOException {
        List<String> lines =
                VerdictText.lines(tree(id), new Explanation.Group(), new TextStyle(false, true, 200), true);
        assertThat(lines).allMatch(line -> line.length() <= 200).anyMatch(line -> line.length() > 80);
        compare(id + ".wide.txt", text(lines));
    }

    private static String visible(String line) {
        return line.replace("\u001b", "\\e");
    }

    private static String withoutColours(String line) {
        return line.replaceAll("\u001b\\[[0-9]*m", "");
    }

    private static ConformanceCase vector(String id) {
        return ConformancePack.load().stream()
                .filter(vector -> vector.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** With the DNS queries in a fixed order and without their times. */
    private static Explanation.Group tree(String id) {
        ConformanceCase vector = vector(id);
        DnsRecorder recorder = DnsRecorder.of(InstantSource.fixed(vector.clock()));
        MessageOutcome.Judged outcome = ConformanceRun.outcome(vector, recorder);
        return MessageExplanation.repeatable(outcome, recorder.trace());
    }

    private static ByteArrayOutputStream text(List<String> lines) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.writeBytes((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
        return text;
    }

    private static void compare(String name, ByteArrayOutputStream written) throws IOException {
        Path file = GOLDEN.resolve(name);
        if (Boolean.getBoolean("golden.apply")) {
            Files.createDirectories(GOLDEN);
            Files.write(file, written.toByteArray());
        }
        assertThat(written.toString(StandardCharsets.UTF_8)).isEqualTo(Files.readString(file));
    }
}

package org.countersign.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.countersign.MessageOutcome;
import org.countersign.testing.ConformanceRun;
import org.countersign.vectors.ConformanceCase;
import org.countersign.vectors.ConformancePack;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The log fields, the JSON and the text of one outcome say the same. */
class ExplanationAgreementTest {
    /** Log fields, and the members of the explanation with the same value. */
    private static final Map<String, String> SAME = Map.of(
            "flow", "/flow",
            "verdict", "/verdict",
            "rule", "/rule",
            "reason", "/reason",
            "spf", "/spf/result",
            "spf-reason", "/spf/explain",
            "spf-helo", "/spf-helo/result",
            "dmarc", "/dmarc/result",
            "policy", "/dmarc/policy/applied",
            "forged", "/forged");

    static Stream<ConformanceCase> cases() {
        return ConformancePack.load().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void logJsonAndTextAgree(ConformanceCase vector) throws IOException {
        MessageOutcome.Judged outcome = ConformanceRun.outcome(vector);
        Explanation.Group explanation = MessageExplanation.of(outcome);
        Map<String, String> log = LogFields.of(outcome);
        String json = json(explanation);
        String text = text(explanation);

        SAME.forEach((field, path) ->
                assertThat(Optional.ofNullable(log.get(field))).as(field).isEqualTo(value(explanation, path)));
        assertThat(Optional.ofNullable(log.get("would-be")))
                .isEqualTo(value(explanation, "/judged").filter(judged -> !judged.equals(log.get("verdict"))));

        assertThat(json).contains("\n  \"verdict\" : \"" + log.get("verdict") + "\",");
        assertThat(json).contains("\n  \"rule\" : \"" + log.get("rule") + "\",");
        assertThat(text).contains("\nrule     " + log.get("rule") + "\nreason   " + log.get("reason") + "\n");
        assertThat(text).startsWith("verdict  " + log.get("verdict"));
        assertThat(text).contains("\nSPF      " + log.get("spf") + ": ", "\nDMARC    " + log.get("dmarc") + ": ");
        outcome.decision().ruled().refusal().ifPresent(reply -> {
            assertThat(value(explanation, "/reply")).contains(reply.toString());
            assertThat(text).contains(": " + reply);
        });
    }

    @Test
    void theVectorsHaveRepliesAndSuppressedVerdicts() {
        assertThat(cases().map(ConformanceRun::outcome))
                .anyMatch(outcome -> outcome.decision().verdict().refusal().isPresent())
                .anyMatch(outcome -> outcome.decision().isSuppressedByMonitor());
    }

    private static Optional<String> value(Explanation.Group tree, String path) {
        Optional<Explanation> at = Optional.of(tree);
        for (String key : path.substring(1).split("/", -1)) {
            at = at.flatMap(value -> value instanceof Explanation.Group group
                    ? Optional.ofNullable(group.members().get(key))
                    : Optional.empty());
        }
        return at.flatMap(ExplanationAgreementTest::plain);
    }

    private static Optional<String> plain(Explanation value) {
        return switch (value) {
            case Explanation.Text text -> Optional.of(text.text());
            case Explanation.Count count -> Optional.of(Long.toString(count.number()));
            case Explanation.Flag flag -> Optional.of(Boolean.toString(flag.value()));
            case Explanation.Items items -> Optional.empty();
            case Explanation.Group group -> Optional.empty();
        };
    }

    private static String json(Explanation.Group explanation) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ExplanationJson.write(explanation, new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.US_ASCII);
    }

    private static String text(Explanation.Group explanation) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ExplanationText(new PrintStream(out, true, StandardCharsets.UTF_8))
                .write(explanation, new Explanation.Group());
        return out.toString(StandardCharsets.US_ASCII);
    }
}

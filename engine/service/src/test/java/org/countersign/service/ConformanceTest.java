package org.countersign.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.countersign.MessageOutcome;
import org.countersign.dkim.DkimResult;
import org.countersign.dmarc.DmarcResult;
import org.countersign.policy.MessageFacts;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.ConformanceRun;
import org.countersign.vectors.ConformanceCase;
import org.countersign.vectors.ConformancePack;
import org.countersign.vectors.ExpectedSignature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The conformance pack through the engine alone; each front end runs it through its own door. */
class ConformanceTest {
    static Stream<ConformanceCase> cases() {
        return ConformancePack.load().stream();
    }

    @Test
    void thePackIsWhole() {
        assertThat(ConformancePack.load()).hasSizeGreaterThanOrEqualTo(ConformancePack.FLOOR);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void theEngineComesToTheExpectedResults(ConformanceCase vector) {
        MessageOutcome.Judged outcome = ConformanceRun.outcome(vector);
        MessageFacts facts = outcome.facts();
        assertThat(facts.spf().keyword())
                .as(facts.spf().explain())
                .isEqualTo(vector.expect().spf());
        assertThat(facts.signatures()).hasSameSizeAs(vector.expect().dkim());
        for (int i = 0;
                i < Math.min(facts.signatures().size(), vector.expect().dkim().size());
                i++) {
            assertSignature(facts.signatures().get(i), vector.expect().dkim().get(i));
        }
        assertThat(facts.dmarcKeyword())
                .as(facts.dmarc().map(DmarcResult::explain).orElse("no single Author Domain"))
                .isEqualTo(vector.expect().dmarc());
        assertThat(facts.dmarc()
                        .flatMap(dmarc -> dmarc.evidence().requested())
                        .map(requested -> requested.applied().keyword()))
                .isEqualTo(vector.expect().policy());
        assertThat(ConformanceRun.removed(outcome.edits()))
                .containsExactlyElementsOf(vector.expect().removed());
        for (String text : vector.expect().headers()) {
            assertThat(added(outcome.edits())).contains(text);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void theEngineDecidesAsExpected(ConformanceCase vector) {
        MessageOutcome.Judged outcome = ConformanceRun.outcome(vector);
        assertThat(outcome.decision().verdict().keyword())
                .as(outcome.decision().reason())
                .isEqualTo(vector.expect().verdict());
        assertThat(outcome.decision().isSuppressedByMonitor() && vector.mode() == ConformanceCase.Mode.ENFORCE)
                .as("only monitoring holds a verdict back")
                .isFalse();
        vector.expect()
                .reply()
                .ifPresent(reply -> assertThat(outcome.decision().verdict().refusal())
                        .hasValueSatisfying(
                                refusal -> assertThat(refusal.toString()).startsWith(reply)));
    }

    private static void assertSignature(DkimResult result, ExpectedSignature expected) {
        assertThat(result.keyword()).as(result.explain()).isEqualTo(expected.result());
        assertThat(result.signature().sdid().map(Object::toString)).contains(expected.domain());
        expected.problem()
                .ifPresent(problem -> assertThat(
                                result.failure().map(fault -> fault.problem().name()))
                        .contains(problem));
    }

    /** Our field, unfolded. */
    private static String added(List<HeaderEdit> edits) {
        return edits.stream()
                .filter(HeaderEdit.Prepend.class::isInstance)
                .map(edit -> ((HeaderEdit.Prepend) edit).field())
                .filter(field -> field.is("Authentication-Results"))
                .map(HeaderField::value)
                .map(value -> ConformanceRun.unfolded(value.latin1()))
                .findFirst()
                .orElse("");
    }
}

package org.countersign.james;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.countersign.MessageOutcome;
import org.countersign.policy.SmtpReply;
import org.countersign.policy.Verdict;
import org.countersign.smtp.HeaderEdit;
import org.countersign.testing.ConformanceRun;
import org.countersign.testing.SmtpConnection;
import org.countersign.vectors.ConformanceCase;
import org.countersign.vectors.ConformancePack;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the conformance pack in James' SMTP server: verdicts and header edits equal those of the engine. */
class HookConformanceTest {
    static Stream<ConformanceCase> cases() {
        return ConformancePack.load().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void jamesDoesWhatTheEngineDecided(ConformanceCase vector) throws Exception {
        MessageOutcome.Judged outcome = ConformanceRun.outcome(vector);
        Verdict verdict = outcome.decision().verdict();
        try (HookedServer server = HookedServer.named(
                        ConformancePack.RECEIVING_HOST, new AuthenticationHook(ConformanceRun.engine(vector)));
                SmtpConnection smtp =
                        server.from(vector.smtp().ip(), vector.smtp().helo())) {
            SmtpConnection.Reply reply =
                    smtp.send(vector.smtp().mailFrom(), vector.smtp().recipients(), vector.octets());

            assertThat(reply.code() == 250 ? Optional.empty() : Optional.of(reply.toString()))
                    .isEqualTo(verdict.refusal().map(SmtpReply::toString));
            boolean kept = verdict.refusal().isEmpty() && !(verdict instanceof Verdict.Discard);
            assertThat(server.delivered()).hasSize(kept ? 1 : 0);
            if (kept) {
                CollectingHook.Collected mail = server.delivered().getFirst();
                assertThat(mail.ours()).isEqualTo(fields(outcome.edits()));
                assertThat(mail.withoutReceived()).isEqualTo(ExpectedEdits.without(vector.octets(), outcome.edits()));
            }
        }
    }

    private static String fields(List<HeaderEdit> edits) {
        return edits.stream()
                .filter(HeaderEdit.Prepend.class::isInstance)
                .map(edit -> ((HeaderEdit.Prepend) edit).field().raw().latin1() + "\r\n")
                .collect(Collectors.joining());
    }
}

package org.countersign.james;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.Stream;
import org.countersign.policy.SmtpReply;
import org.countersign.policy.Verdict;
import org.countersign.testing.ConformanceRun;
import org.countersign.testing.SmtpConnection;
import org.countersign.vectors.ConformanceCase;
import org.countersign.vectors.ConformancePack;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The conformance pack through James' SMTP server: the verdicts are the engine's own, case by case. */
class HookConformanceTest {
    static Stream<ConformanceCase> cases() {
        return ConformancePack.load().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void jamesAnswersWhatTheEngineDecided(ConformanceCase vector) throws Exception {
        Verdict verdict = ConformanceRun.outcome(vector).decision().verdict();
        try (HookedServer server = HookedServer.behindProxy(new AuthenticationHook(ConformanceRun.engine(vector)));
                SmtpConnection smtp =
                        server.from(vector.smtp().ip(), vector.smtp().helo())) {
            SmtpConnection.Reply reply =
                    smtp.send(vector.smtp().mailFrom(), vector.smtp().recipients(), vector.octets());

            assertThat(reply.code() == 250 ? Optional.empty() : Optional.of(reply.toString()))
                    .isEqualTo(verdict.refusal().map(SmtpReply::toString));
            assertThat(server.delivered())
                    .hasSize(verdict.refusal().isPresent() || verdict instanceof Verdict.Discard ? 0 : 1);
        }
    }
}

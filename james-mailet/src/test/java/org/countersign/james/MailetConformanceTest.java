package org.countersign.james;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.Mail;
import org.countersign.MessageOutcome;
import org.countersign.james.mail.VerdictAttributes;
import org.countersign.policy.Verdict;
import org.countersign.smtp.HeaderEdit;
import org.countersign.testing.ConformanceRun;
import org.countersign.vectors.ConformanceCase;
import org.countersign.vectors.ConformancePack;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the conformance pack with AuthenticateMail: decisions equal those of the engine. */
class MailetConformanceTest {
    static Stream<ConformanceCase> cases() {
        return ConformancePack.load().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void theMailCarriesWhatTheEngineDecided(ConformanceCase vector) throws Exception {
        MessageOutcome.Judged outcome = ConformanceRun.outcome(vector);
        MailImpl mail = SpooledMails.spooled(
                vector.smtp().ip(),
                vector.smtp().helo(),
                vector.smtp().mailFrom(),
                vector.smtp().recipients(),
                new String(vector.octets(), StandardCharsets.ISO_8859_1));
        try {
            AuthenticateMail mailet = new AuthenticateMail(ConformanceRun.engine(vector));
            mailet.init(MailetParameters.of("reject-processor", "rejected", "tempfail-processor", "deferred"));
            mailet.service(mail);

            assertThat(mail.attributes()).containsExactlyInAnyOrderElementsOf(attributes(mail, outcome));
            assertThat(mail.getState()).isEqualTo(state(outcome.decision().verdict()));
            assertThat(SpooledMails.stored(mail))
                    .isEqualTo(onTop(outcome.edits()) + ExpectedEdits.without(vector.octets(), outcome.edits()));
        } finally {
            mail.dispose();
        }
    }

    private static List<Attribute> attributes(Mail mail, MessageOutcome.Judged outcome) {
        return Stream.concat(VerdictAttributes.of(outcome).stream(), mail.getAttribute(Mail.SMTP_HELO).stream())
                .toList();
    }

    private static String state(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Accept accept -> Mail.DEFAULT;
            case Verdict.Tag tag -> Mail.DEFAULT;
            case Verdict.Quarantine quarantine -> Mail.DEFAULT;
            case Verdict.Discard discard -> Mail.GHOST;
            case Verdict.Reject reject -> "rejected";
            case Verdict.TempFail tempFail -> "deferred";
        };
    }

    private static String onTop(List<HeaderEdit> edits) {
        StringBuilder top = new StringBuilder();
        for (HeaderEdit edit : edits) {
            if (edit instanceof HeaderEdit.Prepend(var field)) {
                top.append(field.raw().latin1()).append("\r\n");
            }
        }
        return top.toString();
    }
}

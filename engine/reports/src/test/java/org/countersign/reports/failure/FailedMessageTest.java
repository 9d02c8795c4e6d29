package org.countersign.reports.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.countersign.dmarc.Mechanism;
import org.countersign.reports.collect.JudgedMail;
import org.junit.jupiter.api.Test;

/** Which messages are a reason for a failure report, and what is reported of them. */
class FailedMessageTest {
    private static final String RUF = "; ruf=mailto:ruf@example.org";

    private static JudgedMail mail(String record) {
        return JudgedMail.forged().dmarc("example.org", "v=DMARC1; p=reject" + record);
    }

    @Test
    void nothingIsReportedThatIsNoReason() {
        Instant now = Instant.EPOCH;
        assertThat(FailedMessages.of(mail(RUF), now)).isPresent();
        assertThat(FailedMessages.of(mail(""), now)).as("no ruf").isEmpty();
        assertThat(FailedMessages.of(mail(RUF + "; psd=y"), now)).as("psd=y").isEmpty();
        assertThat(FailedMessages.of(mail(RUF).mailFrom(""), now))
                .as("null path")
                .isEmpty();
        assertThat(FailedMessages.of(mail(RUF).field("Auto-Submitted: auto-generated"), now))
                .as("a report")
                .isEmpty();
        assertThat(FailedMessages.of(mail(RUF).to("DMARC@receiver.example"), now))
                .as("to the address of our reports")
                .isEmpty();
        assertThat(FailedMessages.of(mail(RUF).client(""), now)).as("no client").isEmpty();
        assertThat(FailedMessages.of(
                        mail(RUF).author("other.example").dmarc("other.example", "v=DMARC1; p=none" + RUF), now))
                .as("not named")
                .isEmpty();
        assertThat(FailedMessages.of(JudgedMail.genuine().dmarc("example.org", "v=DMARC1; p=reject" + RUF), now))
                .as("fo=0, SPF is aligned")
                .isEmpty();
        assertThat(FailedMessages.of(mail(RUF).dmarc("example.org", ""), now))
                .as("temporary error")
                .isEmpty();
    }

    @Test
    void aMessageThatPassesIsReportedIfTheRecordAsksForEachMechanism() {
        FailedMessage message = FailedMessages.of(
                        JudgedMail.genuine().dmarc("example.org", "v=DMARC1; p=reject; fo=1" + RUF), Instant.EPOCH)
                .orElseThrow();

        assertThat(message.report().passed()).isTrue();
        assertThat(message.report().notAligned()).containsExactly(Mechanism.DKIM);
        assertThat(message.report().signature()).isEmpty();
    }

    @Test
    void aSignatureThatWouldHaveBeenAlignedIsNamed() {
        FailedMessage message = FailedMessages.of(
                        mail(RUF).signedBy("other.example", "broken.example.org"), Instant.EPOCH)
                .orElseThrow();

        assertThat(message.report().signature())
                .hasValueSatisfying(signature -> assertThat(signature.domain()).hasToString("broken.example.org"));
    }

    @Test
    void aSignatureThatPassesIsNoFailure() {
        JudgedMail mail = JudgedMail.forged()
                .dmarc("example.org", "v=DMARC1; p=reject; fo=1" + RUF)
                .signedBy("example.org");

        FailureReport report =
                FailedMessages.of(mail, Instant.EPOCH).orElseThrow().report();
        assertThat(report.notAligned()).containsExactly(Mechanism.SPF);
        assertThat(report.signature()).isEmpty();
    }
}

package org.countersign.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.countersign.Client;
import org.countersign.MessageOutcome;
import org.countersign.SmtpTransaction;
import org.countersign.dns.StaticZone;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.policy.Mode;
import org.countersign.policy.SmtpReply;
import org.countersign.policy.Verdict;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A header section that other programs may split into other lines. */
class BrokenHeaderTest {
    private static final StaticZone ZONE = StaticZone.builder()
            .txt("attacker.example", "v=spf1 +all")
            .txt("_dmarc.attacker.example", "v=DMARC1; p=none")
            .txt("_dmarc.bank.example", "v=DMARC1; p=reject")
            .build();

    private static MessageOutcome.Judged judge(Mode mode, HeaderField... fields) {
        Client.Ip client = new Client.Ip(IpNetwork.parseAddress("203.0.113.66").orElseThrow(), "");
        SmtpTransaction transaction = new SmtpTransaction(
                client,
                "attacker.example",
                ReversePath.parse("x@attacker.example"),
                Optional.empty(),
                "",
                "mx.receiver.example");
        try (InboundMessage mail = new InboundMessage(
                InboundChecks.of(
                        InboundSettings.DEFAULT.withMode(mode).withReceivedSpf(true),
                        ZONE,
                        InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z"))),
                transaction)) {
            List.of(fields).forEach(mail::header);
            mail.endOfHeaders();
            return mail.conclude();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hi\rFrom: CEO <ceo@bank.example>",
                "hi\nFrom: CEO <ceo@bank.example>",
                "hi\r\nFrom: CEO <ceo@bank.example>",
                "hi\0",
                "hi\r",
                "hi\r\r\n fold",
                "\r"
            })
    void isRefusedIfItHasAStrayLineEnd(String subject) {
        MessageOutcome.Judged outcome = judge(
                Mode.ENFORCE, HeaderField.of("Subject", " " + subject), HeaderField.of("From", " x@attacker.example"));
        assertThat(outcome.decision().rule()).isEqualTo("broken-header");
        assertThat(outcome.decision().verdict().refusal().map(SmtpReply::toString))
                .hasValueSatisfying(reply -> assertThat(reply)
                        .startsWith("550 5.6.0 The message header has a ")
                        .contains(" in the field Subject"));
    }

    @Test
    void inMonitorModeTheRefusalIsRecordedAndHiddenFieldsAreRemoved() {
        MessageOutcome.Judged outcome = judge(
                Mode.MONITOR,
                HeaderField.of("Subject", " one"),
                HeaderField.of("From", " x@attacker.example"),
                HeaderField.of("SUBJECT", " two\rAuthentication-Results: mx.receiver.example; dmarc=pass"),
                HeaderField.of("X-Other\rX-Countersign-Verdict", " accept"),
                HeaderField.of("Subject", " harmless\rX: y"));
        assertThat(outcome.decision().verdict()).isEqualTo(new Verdict.Accept());
        assertThat(outcome.decision().ruled()).isInstanceOf(Verdict.Reject.class);
        assertThat(outcome.decision().rule()).isEqualTo("broken-header");
        assertThat(outcome.edits())
                .filteredOn(HeaderEdit.Remove.class::isInstance)
                .containsExactly(
                        new HeaderEdit.Remove("SUBJECT", 2),
                        new HeaderEdit.Remove("X-Other\rX-Countersign-Verdict", 1));
    }

    @Test
    void foreignReceivedSpfIsRemovedIfReceivedSpfIsAdded() {
        MessageOutcome.Judged outcome = judge(
                Mode.ENFORCE,
                HeaderField.of("Received-SPF", " pass receiver=mx.receiver.example; identity=mailfrom"),
                HeaderField.of("received-spf\u0001", " pass"),
                HeaderField.of("From", " x@attacker.example"));
        assertThat(outcome.decision().verdict()).isEqualTo(new Verdict.Accept());
        assertThat(outcome.edits())
                .filteredOn(HeaderEdit.Remove.class::isInstance)
                .containsExactly(
                        new HeaderEdit.Remove("Received-SPF", 1), new HeaderEdit.Remove("received-spf\u0001", 1));
    }

    @Test
    void foldsAndOtherControlCharactersDoNotCount() {
        MessageOutcome.Judged outcome = judge(
                Mode.ENFORCE,
                HeaderField.of("Subject", "\n\thi\r\n there\u0001\u000b\u007f"),
                HeaderField.of("From", " x@attacker.example"));
        assertThat(outcome.decision().rule()).isEqualTo("default");
    }
}

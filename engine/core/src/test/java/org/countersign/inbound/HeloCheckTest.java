package org.countersign.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.countersign.Client;
import org.countersign.MessageLimits;
import org.countersign.MessageOutcome;
import org.countersign.SmtpTransaction;
import org.countersign.dns.StaticZone;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.explain.LogFields;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.spf.SpfIdentity;
import org.countersign.spf.SpfLimits;
import org.countersign.spf.SpfResult;
import org.countersign.testing.ManualClock;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("RFC 7208 §2.3 the HELO identity in addition to MAIL FROM")
class HeloCheckTest {
    private final StaticZone.Builder zone = StaticZone.builder()
            .txt("sender.example", "v=spf1 -all")
            .txt("_dmarc.sender.example", "v=DMARC1; p=reject")
            .txt("mail.sender.example", "v=spf1 ip4:192.0.2.1 -all");

    @Test
    void hasItsOwnResultInTheFieldAndInTheLog() {
        MessageOutcome.Judged outcome = judge("mail.sender.example", "a@sender.example");
        assertThat(outcome.facts().spf().keyword()).isEqualTo("fail");
        assertThat(outcome.facts().helo()).hasValueSatisfying(helo -> {
            assertThat(helo.kind()).isEqualTo(SpfResult.Kind.PASS);
            assertThat(helo.identity()).isEqualTo(SpfIdentity.HELO);
        });
        assertThat(added(outcome, "Authentication-Results"))
                .singleElement()
                .asString()
                .containsSubsequence(
                        "spf=fail ", "smtp.mailfrom=sender.example;", "spf=pass smtp.helo=mail.sender.example;");
        assertThat(LogFields.of(outcome)).containsEntry("spf", "fail").containsEntry("spf-helo", "pass");
    }

    @Test
    void neverAuthenticatesTheAuthorDomain() {
        assertThat(judge("mail.sender.example", "a@sender.example").facts().dmarcKeyword())
                .isEqualTo("fail");
    }

    @Test
    void isCheckedOnceIfTheReversePathIsNull() {
        MessageOutcome.Judged outcome = judge("mail.sender.example", "<>");
        assertThat(outcome.facts().spf().keyword()).isEqualTo("pass");
        assertThat(outcome.facts().helo()).isEmpty();
        assertThat(outcome.facts().dmarcKeyword()).isEqualTo("pass");
        assertThat(LogFields.of(outcome)).doesNotContainKey("spf-helo");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "localhost", "[192.0.2.1]", "192.0.2.1", "[IPv6:2001:db8::1]", "a..b", "no host.example"})
    void isNotCheckedIfItIsNoDomainOfSeveralLabels(String helo) {
        MessageOutcome.Judged outcome = judge(helo, "a@sender.example");
        assertThat(outcome.facts().helo()).isEmpty();
        assertThat(added(outcome, "Authentication-Results").toString()).doesNotContain("smtp.helo");
        assertThat(outcome.lookups())
                .extracting(lookup -> lookup.query().toString())
                .containsExactlyInAnyOrder("TXT sender.example", "TXT _dmarc.sender.example", "TXT _dmarc.example");
    }

    @Test
    void isReportedInALabelsAsItWasChecked() {
        zone.txt("xn--bcher-kva.example", "v=spf1 -all");
        for (String mailFrom : List.of("a@sender.example", "")) {
            MessageOutcome.Judged outcome = judge("B\u00fccher.example.", mailFrom);
            assertThat(added(outcome, "Authentication-Results").toString())
                    .contains("spf=fail smtp.helo=xn--bcher-kva.example;");
        }
    }

    @Test
    void isNotCheckedIfTheSettingIsOff() {
        MessageOutcome.Judged outcome = judge(
                InboundSettings.DEFAULT.withSpf(new SpfSettings(false, SpfLimits.DEFAULT)),
                "mail.sender.example",
                "a@sender.example");
        assertThat(outcome.facts().helo()).isEmpty();
        assertThat(outcome.lookups())
                .noneMatch(lookup -> lookup.query().toString().contains("mail.sender.example"));
    }

    @Test
    void hasItsOwnReceivedSpfField() {
        MessageOutcome.Judged outcome =
                judge(InboundSettings.DEFAULT.withReceivedSpf(true), "mail.sender.example", "a@sender.example");
        assertThat(added(outcome, "Received-SPF"))
                .satisfiesExactly(
                        mailFrom -> assertThat(mailFrom).contains(" fail (", "identity=mailfrom"),
                        helo -> assertThat(helo).contains(" pass (", "identity=helo"));
    }

    @Test
    void cannotUseUpTheQueriesOfTheMessage() {
        for (int term = 0; term < 10; term++) {
            for (int host = 0; host < 10; host++) {
                zone.mx("m" + term + ".bomb.example", host, "h" + host + ".m" + term + ".bomb.example");
                zone.address("h" + host + ".m" + term + ".bomb.example", "198.51.100.1");
            }
        }
        zone.txt(
                "bomb.example",
                "v=spf1 mx:m0.bomb.example mx:m1.bomb.example mx:m2.bomb.example mx:m3.bomb.example mx:m4.bomb.example"
                        + " mx:m5.bomb.example mx:m6.bomb.example mx:m7.bomb.example mx:m8.bomb.example"
                        + " mx:m9.bomb.example -all");
        MessageLimits few = new MessageLimits(100, 10_000, 3, MessageLimits.DEFAULT.deadline());
        MessageOutcome.Judged outcome =
                judge(InboundSettings.DEFAULT.withLimits(few), "bomb.example", "a@sender.example");
        assertThat(outcome.facts().helo())
                .hasValueSatisfying(helo -> assertThat(helo.keyword()).isEqualTo("temperror"));
        assertThat(outcome.facts().spf().keyword()).isEqualTo("fail");
        assertThat(outcome.facts().dmarcKeyword()).isEqualTo("fail");
        assertThat(outcome.lookups()).hasSize(53);
    }

    private InboundChecks checks(InboundSettings settings) {
        return InboundChecks.of(settings, zone.build(), ManualClock.started());
    }

    private MessageOutcome.Judged judge(String helo, String mailFrom) {
        return judge(InboundSettings.DEFAULT, helo, mailFrom);
    }

    private MessageOutcome.Judged judge(InboundSettings settings, String helo, String mailFrom) {
        Client.Ip client = new Client.Ip(IpNetwork.parseAddress("192.0.2.1").orElseThrow(), "");
        SmtpTransaction transaction = new SmtpTransaction(
                client, helo, ReversePath.parse(mailFrom), Optional.empty(), "", "mx.receiver.example");
        try (InboundMessage mail = new InboundMessage(checks(settings), transaction)) {
            mail.header(HeaderField.of("From", " a@sender.example"));
            mail.endOfHeaders();
            return mail.conclude();
        }
    }

    /** The fields of this name that were added, unfolded. */
    private static List<String> added(MessageOutcome.Judged outcome, String name) {
        return outcome.edits().stream()
                .filter(HeaderEdit.Prepend.class::isInstance)
                .map(edit -> ((HeaderEdit.Prepend) edit).field())
                .filter(field -> field.is(name))
                .map(field -> field.value().latin1().replace("\r\n", ""))
                .toList();
    }
}

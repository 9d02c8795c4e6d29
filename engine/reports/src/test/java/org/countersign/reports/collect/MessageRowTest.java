package org.countersign.reports.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.arc.ArcRun;
import org.countersign.authres.AuthenticationMethod;
import org.countersign.authres.AuthenticationResults;
import org.countersign.authres.MethodResult;
import org.countersign.authres.PropertyType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.reports.document.Disposition;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which messages are counted, and what a report says of them. */
class MessageRowTest {
    private static CollectedRow row(JudgedMail mail) {
        return mail.row().orElseThrow().row();
    }

    private static void assertAction(JudgedMail mail, Disposition disposition, String reasons) {
        assertThat(row(mail).disposition()).isEqualTo(disposition);
        assertThat(row(mail).reasons()).isEqualTo(reasons);
    }

    private static JudgedMail asking(String record) {
        return JudgedMail.forged().dmarc("example.org", "v=DMARC1; " + record + JudgedMail.RUA);
    }

    @Test
    void aForgedMessageIsARowOfItsPolicy() {
        MessageRow row = JudgedMail.forged().row().orElseThrow();
        assertThat(row.row())
                .isEqualTo(new CollectedRow(
                        "192.0.2.1",
                        Disposition.REJECT,
                        0,
                        "",
                        "example.org",
                        Optional.of("example.net"),
                        "",
                        "spf none example.net"));
        assertThat(PolicyColumns.of(row.published(), row.method()))
                .isEqualTo(new CollectedPolicy(
                        "example.org",
                        "treewalk",
                        "v=DMARC1; p=reject" + JudgedMail.RUA,
                        "reject",
                        "",
                        "",
                        "r",
                        "r",
                        "",
                        "n",
                        ""));
    }

    @Test
    void aPassUnderAPolicyThatAsksForActionIsPass() {
        assertAction(JudgedMail.genuine(), Disposition.PASS, "");
        assertThat(row(JudgedMail.genuine()).aligned()).isEqualTo(CollectedRow.SPF_ALIGNED);
        assertThat(row(JudgedMail.genuine()).envelopeFrom()).isEmpty();
    }

    @Test
    void aPassUnderAPolicyThatAsksForNothingIsNone() {
        assertAction(JudgedMail.genuine().dmarc("example.org", "v=DMARC1; p=none"), Disposition.NONE, "");
    }

    @Test
    void whyAPassWasRefusedIsOurBusiness() {
        assertAction(
                JudgedMail.genuine()
                        .policy("{mode: enforce, rules: [{name: mine, when: {author: example.org}, then: reject}]}"),
                Disposition.PASS,
                "");
    }

    @ParameterizedTest
    @CsvSource({"p=reject, REJECT", "p=quarantine, QUARANTINE", "p=none, NONE"})
    void aFailureThatIsTreatedAsAskedForHasNoReason(String record, Disposition disposition) {
        assertAction(asking(record), disposition, "");
    }

    @ParameterizedTest
    @CsvSource({"p=reject; t=y, QUARANTINE", "p=quarantine; t=y, NONE"})
    void testModeThatLoweredThePolicyIsTheReason(String record, Disposition disposition) {
        assertAction(asking(record), disposition, "policy_test_mode");
    }

    @Test
    void testModeThatLowersNothingIsNoReason() {
        assertAction(asking("p=none; t=y"), Disposition.NONE, "");
    }

    @ParameterizedTest
    @CsvSource({"quarantine, QUARANTINE", "none, NONE"})
    void aMilderActionThanAskedForIsLocalPolicy(String onReject, Disposition disposition) {
        assertAction(
                asking("p=reject").policy("{mode: enforce, dmarc: {on-reject: " + onReject + "}}"),
                disposition,
                "local_policy");
    }

    @Test
    void discardCountsAsReject() {
        assertAction(
                asking("p=reject")
                        .policy("{mode: enforce, rules: [{name: mine, when: {author: example.org}, then: discard}]}"),
                Disposition.REJECT,
                "");
    }

    @Test
    void aRuleThatAcceptsAFailureIsLocalPolicy() {
        assertAction(
                asking("p=reject")
                        .policy("{mode: enforce, rules: [{name: mine, when: {author: example.org}, then: accept}]}"),
                Disposition.NONE,
                "local_policy");
    }

    @Test
    void monitorModeIsLocalPolicy() {
        assertAction(asking("p=reject").policy("mode: monitor"), Disposition.NONE, "local_policy");
    }

    /** RFC 8617 §7.2.2: the sealers, and the address that the message came from. */
    @Test
    void aTrustedSealerIsNamedInTheReason() {
        JudgedMail mail = asking("p=reject")
                .policy("{mode: enforce, indirect-flow: {trusted-sealers: [list.example]}}")
                .spf("s1._domainkey.list.example", TestKeys.ED25519.publicKeyRecord());
        TestMessage sealed = ArcRun.sealed(
                mail.text(),
                new SigningIdentity(DomainName.of("list.example"), "s1", TestKeys.ED25519),
                StaticZone.builder().build(),
                new AuthenticationResults(
                        "mx.list.example",
                        List.of(MethodResult.of(AuthenticationMethod.DMARC, "pass")
                                .with(PropertyType.HEADER, "from", "example.org"))));
        for (HeaderField field : sealed.headers().fields()) {
            if (field.name().startsWith("ARC-")) {
                mail = mail.field(field.raw().latin1().replace("\r\n", "\n"));
            }
        }
        assertAction(
                mail,
                Disposition.QUARANTINE,
                "local_policy arc=pass as[1].d=list.example as[1].s=s1 remote-ip[1]=192.0.2.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"networks: [192.0.2.0/24]", "mail-from: [example.net]", "dkim-domain: [example.com]"})
    void aKnownForwarderIsTrusted(String evidence) {
        assertAction(
                asking("p=reject")
                        .policy("{mode: enforce, indirect-flow: {forwarders: {" + evidence + "}}}")
                        .spf("example.net", JudgedMail.PERMITTED)
                        .signedBy("example.com"),
                Disposition.QUARANTINE,
                "trusted_forwarder");
    }

    @Test
    void anErrorWithARecordIsNone() {
        assertAction(
                asking("p=none").spf("example.org", "").mailFrom("bounce@example.org"),
                Disposition.NONE,
                "other temperror");
    }

    @Test
    void aMessageThatComesBackIsNotCounted() {
        assertThat(asking("p=reject")
                        .spf("example.org", "")
                        .mailFrom("bounce@example.org")
                        .row())
                .isEmpty();
    }

    @Test
    void withoutARecordThereIsNothingToReportAbout() {
        assertThat(JudgedMail.forged().author("example.com").row()).isEmpty();
        assertThat(JudgedMail.forged()
                        .dmarc("example.org", "")
                        .policy("mode: monitor")
                        .row())
                .isEmpty();
    }

    @Test
    void withoutASingleAuthorThereIsNothingToReportAbout() {
        assertThat(JudgedMail.forged().author("").row()).isEmpty();
        assertThat(JudgedMail.forged().field("From: b@example.net").row()).isEmpty();
    }

    @Test
    void withoutAClientThereIsNothingToReport() {
        assertThat(JudgedMail.forged().client("0.0.0.0").row()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
        "::ffff:192.0.2.9, 192.0.2.9",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1"
    })
    void addressesAreCanonical(String client, String sourceIp) {
        assertThat(row(JudgedMail.forged().client(client)).sourceIp()).isEqualTo(sourceIp);
    }

    @Test
    void aNullReversePathHasNoDomainAndSpfIsThatOfHelo() {
        CollectedRow row = row(JudgedMail.forged().mailFrom(""));
        assertThat(row.envelopeFrom()).contains("");
        assertThat(row.auth()).isEqualTo("spf none client.example");
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "user@[192.0.2.1]", "user@a..example"})
    void aMailFromWithoutAValidDomainHasNoDomainAndNoResultOfSpf(String mailFrom) {
        CollectedRow row = row(JudgedMail.forged().mailFrom(mailFrom));
        assertThat(row.envelopeFrom()).contains("");
        assertThat(row.auth()).isEmpty();
    }

    @Test
    void alignedSignaturesComeFirst() {
        CollectedRow row =
                row(JudgedMail.forged().signedBy("broken.example", "other.example", "mail.example.org", "example.org"));
        assertThat(row.aligned()).isEqualTo(CollectedRow.DKIM_ALIGNED);
        assertThat(row.auth().lines().toList())
                .containsExactly(
                        "dkim pass example.org s1",
                        "dkim pass mail.example.org s1",
                        "dkim pass other.example s1",
                        "dkim permerror broken.example s1",
                        "spf none example.net");
    }

    @Test
    void theRecipientsAreNamedOnlyOnRequest() {
        JudgedMail mail = JudgedMail.forged().to("a@Receiver.example", "b@receiver.example");
        assertThat(row(mail).envelopeTo()).isEmpty();
        assertThat(envelopeTo(mail)).isEqualTo("receiver.example");
        assertThat(envelopeTo(mail.to("a@receiver.example", "b@other.example"))).isEmpty();
    }

    private static String envelopeTo(JudgedMail mail) {
        return MessageRow.of(mail.reported().orElseThrow(), true).row().envelopeTo();
    }

    private static boolean triggers(JudgedMail mail) {
        return mail.reported().orElseThrow().triggers(Set.of("dmarc@receiver.example"));
    }

    @Test
    void anOrdinaryMessageIsAReasonToReport() {
        assertThat(triggers(JudgedMail.forged())).isTrue();
    }

    @Test
    void whatCouldBeginALoopIsCountedButIsNoReasonToReport() {
        for (JudgedMail mail : new JudgedMail[] {
            JudgedMail.forged().mailFrom(""),
            JudgedMail.forged().field("Auto-Submitted: auto-generated"),
            JudgedMail.forged().field("Subject: Report Domain: receiver.example"),
            JudgedMail.forged().field("Content-Type: multipart/report; report-type=delivery-status"),
            JudgedMail.forged().to("user@receiver.example", "DMARC@receiver.example"),
            JudgedMail.forged().dmarc("example.org", "v=DMARC1; p=reject"),
        }) {
            assertThat(triggers(mail)).as(mail.toString()).isFalse();
        }
    }

    @Test
    void errorsInTheRecordAreRemarksAndOldTagsAreNot() {
        MessageRow row = asking("p=reject; pct=100; adkim=x; unknown=1").row().orElseThrow();
        assertThat(PolicyColumns.of(row.published(), row.method()).remarks())
                .contains("adkim")
                .doesNotContain("pct")
                .doesNotContain("unknown");
    }

    @Test
    @DisplayName("RFC 9989 §4.10.1: with an invalid sp= none of the three policies is used")
    void invalidPoliciesAreReportedAsNone() {
        MessageRow row = asking("p=reject; sp=block; np=reject; rua=mailto:a@example.org")
                .row()
                .orElseThrow();
        CollectedPolicy policy = PolicyColumns.of(row.published(), row.method());
        assertThat(policy.p()).isEqualTo("none");
        assertThat(policy.sp()).isEmpty();
        assertThat(policy.np()).isEmpty();
        assertThat(policy.remarks()).contains("sp has a value that is not allowed");
    }
}

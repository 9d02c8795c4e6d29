package org.countersign.reports.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.countersign.dmarc.Mechanism;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.reports.failure.FailureReport.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureReportWriterTest {
    private static final long MAX_SIZE = 32 << 10;
    private static final Redaction REDACTION = new Redaction("0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
    private static final FailureReportWriter.Envelope ENVELOPE = new FailureReportWriter.Envelope(
            "dmarc@receiver.example", "ruf@example.org", "4r2s8", Instant.parse("2026-09-23T12:00:05Z"));

    private static FailureReport report(long incidents, String mailFrom, Field... header) {
        return new FailureReport(
                DomainName.of("example.org"),
                DomainName.of("example.org"),
                "mx.receiver.example",
                false,
                Set.of(Mechanism.DKIM, Mechanism.SPF),
                Optional.of(
                        new FailureReport.FailedSignature(DomainName.of("example.org"), "s2026", "bob@example.org")),
                List.of(
                        new FailureReport.UsedRecord(DomainName.of("example.org"), "v=spf1 redirect=_spf.example.org"),
                        new FailureReport.UsedRecord(
                                DomainName.of("_spf.example.org"),
                                "v=spf1 exists:%{i}._spf.example.org \"x\\y\" \u0007 -all")),
                mailFrom,
                IpNetwork.parseAddress("192.0.2.66").orElseThrow(),
                DeliveryResult.REJECT,
                Instant.parse("2026-09-23T11:59:58Z"),
                incidents,
                List.of(header));
    }

    private static String write(FailureReport report) {
        return write(report, false);
    }

    private static String write(FailureReport report, boolean subject) {
        byte[] content =
                new FailureReportWriter(REDACTION, subject, MAX_SIZE, "countersign/1.0").write(ENVELOPE.id(), report);
        byte[] message = FailureReportWriter.message(ENVELOPE, content);
        return new String(message, StandardCharsets.US_ASCII).replace("\r\n", "\n");
    }

    /** About a message whose header has local parts, names, words of the sender and a secret. */
    private static FailureReport reportOfPrivateMail() {
        return report(
                17,
                "bounce+bob@example.net",
                new Field(
                        "Received",
                        "from a.example (bob@a.example [192.0.2.66]) by mx.receiver.example (Postfix)"
                                + " with ESMTP id 4X for <eve@receiver.example>; Wed, 23 Sep 2026 11:59:58 +0000"),
                new Field("Received", "from secret.internal.example by a.example; Wed, 23 Sep 2026 11:59:57 +0000"),
                new Field(
                        "DKIM-Signature",
                        "v=1; d=example.org; i=bob@example.org; s=s2026; z=From:bob@example.org|To:x;\r\n b=abc"),
                new Field("From", "\"Bob (the boss)\" <bob@example.org>, \"odd one\"@example.org"),
                new Field("To", "Eve <eve@receiver.example>"),
                new Field("Subject", "Invoice of bob@example.org, see https://example.net/"),
                new Field("Date", "Wed, 23 Sep 2026 11:59:55 +0000"),
                new Field("Message-ID", "<m1@example.org>"),
                new Field("List-Id", "Friends of Bob <friends.example.org>"),
                new Field("X-Secret", "password"));
    }

    /** The text with the hashes of three local parts. */
    private static String hashed(String text) {
        return text.replace("ODD", REDACTION.text("\"odd one\"@example.org").substring(0, 8))
                .replace("BOB", REDACTION.text("bob@example.org").substring(0, 8))
                .replace("BOUNCE", REDACTION.text("bounce+bob@example.net").substring(0, 8));
    }

    @Test
    void theMessageHasThreePartsAndNothingPrivate() {
        String message = write(reportOfPrivateMail());

        assertThat(message).isEqualTo(hashed("""
                From: dmarc@receiver.example
                To: ruf@example.org
                Date: Wed, 23 Sep 2026 12:00:05 GMT
                Message-ID: <4r2s8@receiver.example>
                Subject: DMARC failure report for example.org
                Auto-Submitted: auto-generated
                MIME-Version: 1.0
                Content-Type: multipart/report; report-type=feedback-report;
                 boundary="=_4r2s8"

                --=_4r2s8
                Content-Type: text/plain; charset=us-ascii

                This is a DMARC failure report (RFC 9991) about mail with the author domain
                example.org
                It was made because the DMARC record of
                example.org
                names this address in its tag ruf. Local parts of addresses are hashed.

                --=_4r2s8
                Content-Type: message/feedback-report

                Feedback-Type: auth-failure
                Version: 1
                User-Agent: countersign/1.0
                Auth-Failure: dmarc
                Authentication-Results: mx.receiver.example; dmarc=fail
                 header.from=example.org
                Identity-Alignment: dkim, spf
                DKIM-Domain: example.org
                DKIM-Identity: BOB@example.org
                DKIM-Selector: s2026
                SPF-DNS: txt : example.org : "v=spf1 redirect=_spf.example.org"
                SPF-DNS: txt : _spf.example.org : "v=spf1 exists:%{i}._spf.example.org
                 \\"x\\\\y\\" ? -all"
                Original-Mail-From: <BOUNCE@example.net>
                Source-IP: 192.0.2.66
                Reported-Domain: example.org
                Delivery-Result: reject
                Arrival-Date: Wed, 23 Sep 2026 11:59:58 GMT
                Incidents: 17

                --=_4r2s8
                Content-Type: text/rfc822-headers

                Received: from a.example by mx.receiver.example with ESMTP id 4X; Wed, 23
                 Sep 2026 11:59:58 +0000
                DKIM-Signature: v=1; d=example.org; i=BOB@example.org; s=s2026; b=abc
                From: <BOB@example.org>, <ODD@example.org>
                Date: Wed, 23 Sep 2026 11:59:55 +0000
                Message-ID: <m1@example.org>
                List-Id: <friends.example.org>

                --=_4r2s8--
                """));
    }

    @Test
    void theSubjectIsSentOnlyIfThatIsSet() {
        FailureReport report =
                report(1, "", new Field("Subject", "Invoice \u00e4 for bob@example.org, see HTTPS://example.net/"));

        assertThat(write(report, true))
                .contains(
                        "Subject: Invoice ? for " + REDACTION.text("bob@example.org") + ", see hxxpS://example.net/\n")
                .contains("Original-Mail-From: <>\n")
                .doesNotContain("Incidents");
        assertThat(write(report)).doesNotContain("Invoice");
    }

    @Test
    void theReaderGetsWhatWasWritten() {
        String message = write(report(17, "", new Field("From", "bob@example.org")));
        int feedback = message.indexOf("Feedback-Type");
        int header = message.indexOf("Content-Type: text/rfc822-headers");

        FailureReadResult result = new FailureReportReader()
                .read(
                        message.substring(feedback, header).getBytes(StandardCharsets.US_ASCII),
                        message.substring(message.indexOf("\n\n", header)).getBytes(StandardCharsets.US_ASCII));

        ReceivedFailureReport read = ((FailureReadResult.Read) result).report();
        assertThat(read.domain()).hasToString("example.org");
        assertThat(read.notAligned()).containsExactlyInAnyOrder(Mechanism.DKIM, Mechanism.SPF);
        assertThat(read.incidents()).isEqualTo(17);
        assertThat(read.deliveryResult()).contains(DeliveryResult.REJECT);
        assertThat(read.originalMailFrom()).isEmpty();
        assertThat(read.header()).startsWith("From: <" + REDACTION.text("bob@example.org") + ">");
    }

    @ParameterizedTest
    @CsvSource({
        "a bob@example.org b",
        "<bob@example.org>",
        "'x,bob@example.org;'",
        "\"bob\"@example.org",
        "\"bob@home\"@example.org",
        "mailto:bob@example.org",
        "b\u00f6bob@example.org",
    })
    void localPartsAreHashedWhereverTheyAre(String text) {
        assertThat(REDACTION.text(text)).contains("@example.org").doesNotContain("bob");
    }

    @Test
    void theSamePersonIsTheSameOnlyUnderOneKey() {
        Redaction other = new Redaction("fedcba9876543210".getBytes(StandardCharsets.US_ASCII));

        assertThat(REDACTION.text("bob@EXAMPLE.org").substring(0, 8))
                .isEqualTo(REDACTION.text("bob@example.org").substring(0, 8))
                .matches("[a-z2-7]{8}");
        assertThat(REDACTION.text("bob@example.org")).isNotEqualTo(other.text("bob@example.org"));
        assertThat(REDACTION.text("bob@example.org")).isNotEqualTo(REDACTION.text("rob@example.org"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Redaction(new byte[8]));
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void noTextOfAMessageBreaksTheReport(@ForAll String value, @ForAll String mailFrom) {
        List<Field> header = new ArrayList<>();
        for (String name : List.of("From", "Date", "Message-ID", "List-Id", "Subject", "DKIM-Signature", "Received")) {
            header.add(new Field(name, value));
            header.add(new Field(name, "x\r\n--=_4r2s8\r\n\r\n" + value + "y".repeat(3000)));
        }

        String message = write(report(1, mailFrom, header.toArray(new Field[0])), true);

        assertThat(message.lines())
                .allMatch(line -> line.length() < 998 && line.chars().allMatch(c -> c >= 0x20 && c < 0x7F));
        assertThat(message.lines().filter(line -> line.startsWith("--=_4r2s8"))).hasSize(4);
        assertThat(message.lines().filter(String::isEmpty)).hasSize(7);
    }
}

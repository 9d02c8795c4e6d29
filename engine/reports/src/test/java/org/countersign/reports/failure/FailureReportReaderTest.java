package org.countersign.reports.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.countersign.dmarc.Mechanism;
import org.countersign.domain.IpNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureReportReaderTest {
    private static final String FEEDBACK = """
            Feedback-Type: auth-failure
            Version: 1
            User-Agent: reporter/7.1
            Auth-Failure: dmarc
            Authentication-Results: mx.receiver.example;
             dmarc=fail header.from=example.org
            Identity-Alignment: (both \\) (nested)) dkim ,
             spf (really)
            DKIM-Domain: example.org
            DKIM-Identity: @example.org
            DKIM-Selector: s2026
            SPF-DNS: txt : example.org : "v=spf1 (all) -all"
            Original-Mail-From: <bounce@example.net>
            Source-IP: 192.0.2.66
            Reported-Domain: Example.ORG
            Delivery-Result: Reject
            Incidents: 17
            """;
    private static final String HEADER = """
            From: Board <3f2a91@news.example.org>
            Subject: Invoice
             in two lines

            Body: not a field
            """;

    private final FailureReportReader reader = new FailureReportReader();

    private FailureReadResult read(String feedback, String header) {
        return reader.read(feedback.getBytes(StandardCharsets.UTF_8), header.getBytes(StandardCharsets.UTF_8));
    }

    private ReceivedFailureReport report(String feedback, String header) {
        FailureReadResult result = read(feedback, header);
        assertThat(result).isInstanceOf(FailureReadResult.Read.class);
        return ((FailureReadResult.Read) result).report();
    }

    @ParameterizedTest
    @CsvSource({"'\n'", "'\r\n'", "'\r'"})
    void aReportIsReadWhateverEndsItsLines(String end) {
        ReceivedFailureReport report = report(FEEDBACK.replace("\n", end), HEADER.replace("\n", end));

        assertThat(report.domain()).hasToString("example.org");
        assertThat(report.authFailure()).isEqualTo("dmarc");
        assertThat(report.notAligned()).containsExactlyInAnyOrder(Mechanism.DKIM, Mechanism.SPF);
        assertThat(report.sourceIp()).isEqualTo(IpNetwork.parseAddress("192.0.2.66"));
        assertThat(report.originalMailFrom()).isEqualTo("bounce@example.net");
        assertThat(report.deliveryResult()).contains(DeliveryResult.REJECT);
        assertThat(report.incidents()).isEqualTo(17);
        assertThat(report.spfRecords()).containsExactly("txt : example.org : \"v=spf1 (all) -all\"");
        assertThat(report.fields())
                .contains("Authentication-Results: mx.receiver.example; dmarc=fail header.from=example.org\n");
        assertThat(report.header()).isEqualTo("From: Board <3f2a91@news.example.org>\nSubject: Invoice in two lines");
    }

    @ParameterizedTest
    @CsvSource({"dkim, DKIM", "SPF, SPF", "none, ''", "'', ''", "'dkim spf', 'DKIM,SPF'", "'spf,spf,arc', SPF"})
    void identityAlignmentNamesTheMechanismsThatFailed(String value, String expected) {
        ReceivedFailureReport report = report(
                "Feedback-Type: auth-failure\nReported-Domain: example.org\nIdentity-Alignment: " + value + "\n", "");

        assertThat(report.notAligned().stream().map(Mechanism::name).sorted().toList())
                .isEqualTo(expected.isEmpty() ? java.util.List.of() : java.util.List.of(expected.split(",", -1)));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "-4, 1", "many, 1", "99999999999999999999, 1", "'', 1", "1000000, 1000000"})
    void incidentsAreAtLeastOne(String value, long expected) {
        assertThat(report("Auth-Failure: spf\nReported-Domain: example.org\nIncidents: " + value + "\n", "")
                        .incidents())
                .isEqualTo(expected);
    }

    @Test
    void theDomainIsThatOfTheAuthorWhereTheReportNamesNone() {
        assertThat(report("Feedback-Type: auth-failure\n", HEADER).domain()).hasToString("news.example.org");
    }

    @Test
    void whatIsMissingIsEmpty() {
        ReceivedFailureReport report =
                report("\n\nno field\nAuth-Failure: dmarc\n\nReported-Domain: example.org\n", "");

        assertThat(report.sourceIp()).isEqualTo(Optional.empty());
        assertThat(report.deliveryResult()).isEmpty();
        assertThat(report.originalMailFrom()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'',                                               message/feedback-report without fields",
        "only prose,                                       message/feedback-report without fields",
        "Version: 1,                                       no Feedback-Type",
        "Feedback-Type: abuse,                             'Feedback-Type is abuse, not auth-failure'",
        "Feedback-Type: auth-failure,                      no Reported-Domain",
    })
    void otherReportsAreRefused(String feedback, String reason) {
        assertThat(read(feedback, "")).isEqualTo(new FailureReadResult.Refused(reason));
    }

    @Test
    void hostileTextIsBoundedAndWithoutControls() {
        String feedback = FEEDBACK + "X: \u001b[31m" + "a".repeat(100_000) + "\n" + "Y: b\n".repeat(10_000) + "Z: ("
                + "(".repeat(50_000);

        ReceivedFailureReport report = report(feedback, feedback);

        assertThat(report.fields()).hasSizeLessThanOrEqualTo(16_384).doesNotContain("\u001b");
        assertThat(report.fields().lines()).hasSizeLessThanOrEqualTo(200).allMatch(line -> line.length() < 1100);
        assertThat(report.incidents()).isEqualTo(17);
    }

    /** The parts of {@code ../shared/samples/reports/24-failure-report}. */
    @Test
    void theSharedReportIsAboutSeventeenCases() throws IOException {
        Path root = Path.of(Objects.requireNonNull(System.getProperty("countersign.root"), "countersign.root"));
        Path file = root.resolve("../shared/samples/reports/24-failure-report/report.eml")
                .normalize();
        assumeTrue(Files.exists(file), "../shared/samples/reports has no failure report");
        String message = Files.readString(file, StandardCharsets.US_ASCII);
        int feedback = message.indexOf("\r\n\r\n", message.indexOf("message/feedback-report"));
        int header = message.indexOf("text/rfc822-headers");

        ReceivedFailureReport report = report(
                message.substring(feedback, message.indexOf("--=_f1", feedback)),
                message.substring(message.indexOf("\r\n\r\n", header)));

        assertThat(report.incidents()).isEqualTo(17);
        assertThat(report.sourceIp()).isEqualTo(IpNetwork.parseAddress("192.0.2.66"));
        assertThat(report.notAligned()).containsExactlyInAnyOrder(Mechanism.DKIM, Mechanism.SPF);
        assertThat(report.header()).startsWith("From: Board <3f2a91@example.org>\nTo: <77c0d2@receiver.example>\n");
    }
}

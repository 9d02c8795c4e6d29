package org.countersign.reports.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.countersign.dmarc.DiscoveryMethod;
import org.countersign.dmarc.DmarcPolicy;
import org.junit.jupiter.api.Test;

/** The reports of {@code ../shared/samples/reports} that are documents, read as their expectations say. */
class SharedReportsTest {
    private static byte[] document(String name) throws IOException {
        Path root = Path.of(Objects.requireNonNull(System.getProperty("countersign.root"), "countersign.root"));
        Path file = root.resolve("../shared/samples/reports").resolve(name).normalize();
        assumeTrue(Files.exists(file), "../shared/samples/reports has no " + name);
        return Files.readAllBytes(file);
    }

    private static AggregateReport read(String folder) throws IOException {
        return SampleReport.report(document(folder + "/report.xml"));
    }

    private static void check(AggregateReport report, long messages, long failed, String... remarks) {
        assertThat(report.messages()).isEqualTo(messages);
        assertThat(report.rows().stream()
                        .filter(row -> !row.dkimAligned() && !row.spfAligned())
                        .mapToLong(ReportedRow::count)
                        .sum())
                .isEqualTo(failed);
        assertThat(SampleReport.remarks(report)).containsExactlyInAnyOrder(remarks);
    }

    @Test
    void plainReportOfRfc9990() throws IOException {
        byte[] document = document("01-rfc9990-plain/report.xml");
        AggregateReport report = SampleReport.report(document);

        check(report, 4, 1);
        assertThat(new ReportSchemaValidator().error(document)).isEmpty();
        assertThat(report.schema()).isEqualTo(ReportSchema.RFC9990);
        assertThat(report.period()).isEqualTo(WrittenReports.DAY);
        assertThat(report.policy().policy()).contains(DmarcPolicy.REJECT);
        assertThat(report.policy().discoveryMethod()).contains(DiscoveryMethod.TREE_WALK);
        assertThat(report.rows().get(1).envelopeFrom()).isEqualTo(Optional.of(""));
        assertThat(report.rows().get(1).headerFrom()).isEqualTo("news.example.org");
    }

    @Test
    void prefixShuffledAndExtended() throws IOException {
        byte[] document = document("02-rfc9990-shuffled-and-extended/report.xml");
        AggregateReport report = SampleReport.report(document);

        check(report, 12, 12);
        assertThat(new ReportSchemaValidator().error(document)).isEmpty();
        assertThat(report.orgName()).isEqualTo("Receiver GmbH & Co");
        assertThat(report.error()).isEqualTo("Der Tag sp hat einen ung\u00fcltigen Wert");
        assertThat(report.rows().getFirst().reasons())
                .containsExactly(
                        new ReportedReason("policy_test_mode", "t=y"),
                        new ReportedReason("local_policy", "arc=pass as[1].d=list.example as[1].s=arc1"));
        assertThat(report.rows().getFirst().results()).hasSize(3);
    }

    @Test
    void newNamespaceAroundAnOldBody() throws IOException {
        check(read("03-new-namespace-old-body"), 3, 0, "element pct", "missing dkim selector");
    }

    @Test
    void oldSchema() throws IOException {
        AggregateReport report = read("04-old-schema-extra-declarations");

        check(report, 2, 2);
        assertThat(report.schema()).isEqualTo(ReportSchema.RFC7489);
        assertThat(report.rows().getFirst().envelopeTo()).isEqualTo("receiver.example");
    }

    @Test
    void unclosedTagBeforeTheReport() throws IOException {
        check(read("05-unclosed-schema-tag"), 3, 0, "text-before-report");
    }

    @Test
    void emptyFields() throws IOException {
        AggregateReport report = read("06-empty-fields-of-old-reporters");

        check(
                report,
                1,
                1,
                "org-name org_name",
                "no-length date_range",
                "policy sp unknown",
                "missing spf domain",
                "missing spf scope");
        assertThat(report.orgName()).isEqualTo("receiver.example");
        assertThat(report.reportId()).isEqualTo("example.org:1790208000");
        assertThat(report.policy().subdomainPolicy()).isEmpty();
    }

    @Test
    void otherWords() throws IOException {
        AggregateReport report = read("07-results-in-other-words");

        check(
                report,
                13,
                4,
                "letter-case None",
                "letter-case Pass",
                "word spf result hardfail",
                "word dkim result unknown",
                "word spf result unknown",
                "word dkim result invalid",
                "word spf result error",
                "word spf result nxdomain");
        assertThat(report.rows())
                .flatExtracting(ReportedRow::results)
                .extracting(ReportedResult::result)
                .containsExactly(
                        "pass", "pass", "fail", "neutral", "temperror", "permerror", "permerror", "pass", "nxdomain");
        assertThat(report.rows().get(4).disposition()).isEqualTo(Disposition.PASS);
    }

    @Test
    void reasonsWithoutType() throws IOException {
        AggregateReport report = read("08-reasons-without-type");

        check(report, 6, 4, "reason");
        assertThat(report.rows())
                .extracting(
                        row -> row.reasons().stream().map(ReportedReason::type).toList())
                .containsExactly(List.of(), List.of("forwarded"), List.of("mailing_list", "sampled_out"));
    }

    @Test
    void badRowsAmongGoodOnes() throws IOException {
        AggregateReport report = read("09-one-row-without-address");

        check(report, 8, 1, "no-address", "bad-address 300.1.2.3", "bad-count -3");
        assertThat(report.leftOut()).isEqualTo(3);
        assertThat(report.remarks()).extracting(Remark::row).containsExactly(2, 3, 5);
        assertThat(report.rows())
                .extracting(row -> row.sourceIp().getHostAddress())
                .containsExactly("192.0.2.10", "192.0.2.44");
    }

    @Test
    void nullReport() throws IOException {
        AggregateReport report = read("10-null-report");

        check(report, 0, 0);
        assertThat(report.rows()).isEmpty();
        assertThat(report.period()).isEqualTo(WrittenReports.DAY);
    }

    @Test
    void threeWeeks() throws IOException {
        check(read("11-three-weeks-in-one"), 2400, 0, "long-period date_range");
    }

    @Test
    void controlCharacter() throws IOException {
        AggregateReport report = read("12-control-character");

        check(report, 1, 1, "character U+0007");
        assertThat(report.remarks().getFirst().line()).isEqualTo(8);
        assertThat(report.rows().getFirst().reasons().getFirst().comment()).endsWith("as[1].s=k1\uFFFD");
    }

    @Test
    void bracketsAndStrayOctets() throws IOException {
        AggregateReport report = read("13-angle-brackets-and-stray-octets");

        check(report, 3, 0, "markup <", "markup &", "octets");
        assertThat(report.email()).isEqualTo("dmarc@receiver.example");
        assertThat(report.extraContactInfo()).isEqualTo("https://receiver.example/a?b=1&c=\uFFFD\uFFFD");
    }

    @Test
    void documentTypeDeclaration() throws IOException {
        assertThat(SampleReport.refusal(document("20-doctype-with-entities/report.xml")))
                .isEqualTo("a document type declaration is not allowed");
    }

    @Test
    void oneIdForTwoDays() throws IOException {
        AggregateReport first = read("22-same-id-other-day");
        AggregateReport second = SampleReport.report(document("22-same-id-other-day/second.xml"));
        AggregateReport third = SampleReport.report(document("22-same-id-other-day/third.xml"));

        check(first, 1, 0);
        check(second, 1, 0);
        assertThat(third).isEqualTo(first);
        assertThat(second.reportId()).isEqualTo(first.reportId());
        assertThat(second.period()).isNotEqualTo(first.period());
    }

    @Test
    void documentInTheTextOfAMessage() throws IOException {
        String message = new String(document("26-xml-in-the-text/report.eml"), StandardCharsets.ISO_8859_1);
        byte[] body = message.substring(message.indexOf("\r\n\r\n") + 4).getBytes(StandardCharsets.ISO_8859_1);

        check(SampleReport.report(body), 6, 0);
    }
}

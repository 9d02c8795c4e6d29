package org.countersign.reports.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.junit.jupiter.api.Test;

class AggregateReportWriterTest {
    private final ReportSchemaValidator validator = new ReportSchemaValidator();

    @Test
    void everyPartIsValidAndInTheOrderOfTheSchema() {
        byte[] document = WrittenReports.write(
                new ReportMetadata(
                        "Receiver",
                        "dmarc@receiver.example",
                        "https://receiver.example/dmarc",
                        ReportId.parse("4r2s8").orElseThrow(),
                        WrittenReports.DAY,
                        "sp has a value that is not allowed",
                        "countersign/1.0"),
                WrittenReports.policy(),
                List.of(WrittenReports.row(
                        "2001:db8:0:0::25",
                        3,
                        List.of(new DkimAuthResult("example.org", "s2026", DkimResultType.PASS, "1024 bits")))));

        assertThat(validator.error(document)).isEmpty();
        assertThat(text(document)).isEqualTo("""
                <?xml version="1.0" encoding="UTF-8"?>
                <feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0"><version>1.0</version>
                <report_metadata><org_name>Receiver</org_name><email>dmarc@receiver.example</email>\
                <extra_contact_info>https://receiver.example/dmarc</extra_contact_info><report_id>4r2s8</report_id>\
                <date_range><begin>1790121600</begin><end>1790207999</end></date_range>\
                <error>sp has a value that is not allowed</error><generator>countersign/1.0</generator></report_metadata>
                <policy_published><domain>example.org</domain><p>reject</p><sp>quarantine</sp><np>reject</np><adkim>s</adkim>\
                <aspf>r</aspf><discovery_method>treewalk</discovery_method><fo>1:d:s</fo><testing>y</testing></policy_published>
                <record><row><source_ip>2001:db8::25</source_ip><count>3</count><policy_evaluated><disposition>quarantine\
                </disposition><dkim>fail</dkim><spf>pass</spf><reason><type>policy_test_mode</type></reason></policy_evaluated>\
                </row><identifiers><header_from>news.example.org</header_from><envelope_from></envelope_from>\
                <envelope_to>receiver.example</envelope_to></identifiers><auth_results><dkim><domain>example.org</domain>\
                <selector>s2026</selector><result>pass</result><human_result>1024 bits</human_result></dkim><spf>\
                <domain>mail.example.net</domain><scope>mfrom</scope><result>softfail</result></spf></auth_results></record>
                </feedback>
                """);
    }

    @Test
    void aReportWithOnlyWhatIsRequiredIsValid() {
        PolicyPublished policy = new PolicyPublished(
                DomainName.of("example.org"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "",
                Optional.empty());
        byte[] document = WrittenReports.write(
                WrittenReports.metadata("Receiver", ""),
                policy,
                List.of(row(Optional.of(DomainName.of("example.net")))));

        assertThat(validator.error(document)).isEmpty();
        assertThat(text(document))
                .contains("<p>none</p></policy_published>")
                .contains("<source_ip>192.0.2.1</source_ip>")
                .contains("<auth_results></auth_results>");
    }

    private static ReportRow row(Optional<DomainName> envelopeFrom) {
        return new ReportRow(
                WrittenReports.row("::ffff:192.0.2.1", 1, List.of()).sourceIp(),
                1,
                Disposition.NONE,
                false,
                false,
                List.of(),
                DomainName.of("example.org"),
                envelopeFrom,
                Optional.empty(),
                List.of(),
                Optional.empty());
    }

    @Test
    void withoutADomainThatSpfCouldCheckThereIsNoEnvelopeFrom() {
        byte[] document = WrittenReports.write(
                WrittenReports.metadata("Receiver", ""), WrittenReports.policy(), List.of(row(Optional.empty())));

        assertThat(validator.error(document)).isEmpty();
        assertThat(text(document)).contains("<identifiers><header_from>example.org</header_from></identifiers>");
    }

    @Test
    void markupAndForbiddenCharactersInNamesAreHarmless() {
        String orgName = "A & B <b>\"]]>\u0007\uFFFE\uD800 \uD83D\uDCE7\u202E";

        byte[] document = WrittenReports.write(
                WrittenReports.metadata(orgName, "two\r\nlines"),
                WrittenReports.policy(),
                List.of(WrittenReports.row("192.0.2.1", 1, List.of())));

        assertThat(validator.error(document)).isEmpty();
        assertThat(text(document))
                .contains("A &amp; B &lt;b&gt;\"]]&gt;\uFFFD\uFFFD\uFFFD \uD83D\uDCE7\u202E</org_name>")
                .contains("<error>two  lines</error>");
    }

    @Test
    void signaturesComeInThePreferredOrderAndNeverMoreThanAHundred() {
        List<DkimAuthResult> results = new ArrayList<>();
        results.add(new DkimAuthResult("other.example", "s", DkimResultType.FAIL, ""));
        results.add(new DkimAuthResult("esp.example", "first", DkimResultType.PASS, ""));
        results.add(new DkimAuthResult("news.example.org", "s", DkimResultType.PASS, ""));
        for (int i = 0; i < 147; i++) {
            results.add(new DkimAuthResult("esp.example", "n" + i, DkimResultType.PASS, ""));
        }

        String document = text(WrittenReports.write(
                WrittenReports.metadata("Receiver", ""),
                WrittenReports.policy(),
                List.of(WrittenReports.row("192.0.2.1", 1, results))));

        assertThat(document)
                .containsSubsequence("<selector>s</selector>", "<selector>first</selector>", "<selector>n97</selector>")
                .doesNotContain("n98</selector>", "other.example");
    }

    @Test
    void longTextIsCutBetweenCharacters() {
        ReportMetadata metadata = WrittenReports.metadata("Receiver", "x".repeat(999) + "\uD83D\uDCE7 and more");

        assertThat(metadata.error()).isEqualTo("x".repeat(999));
        assertThat(new OverrideReason(PolicyOverrideType.OTHER, "y".repeat(2000)).comment())
                .hasSize(1000);
    }

    @Test
    void aReportWithoutRowsIsNotEnded() {
        assertThatIllegalStateException()
                .isThrownBy(() -> WrittenReports.write(
                        WrittenReports.metadata("Receiver", ""), WrittenReports.policy(), List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> WrittenReports.row("192.0.2.1", 0, List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> WrittenReports.metadata(" \t", ""));
    }

    @Test
    void aFailureOfTheStreamReachesTheCallerAsItIs() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                throw new IOException("No space left on device");
            }
        };

        assertThatThrownBy(() -> {
                    try (AggregateReportWriter writer = new AggregateReportWriter(
                            full, WrittenReports.metadata("Receiver", ""), WrittenReports.policy())) {
                        writer.write(WrittenReports.row("192.0.2.1", 1, List.of()));
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessage("No space left on device");
    }

    private static String text(byte[] document) {
        return new String(document, StandardCharsets.UTF_8);
    }
}

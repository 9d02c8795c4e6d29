package org.countersign.reports.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How values of an aggregate report are read. */
class AggregateReportValuesTest {
    private static ReportedRow row(String document) {
        AggregateReport report = SampleReport.report(document);
        assertThat(report.rows()).hasSize(1);
        return report.rows().getFirst();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1,                      192.0.2.1,   ''",
        "2001:DB8:0:0:0:0:0:1,           2001:db8::1, ''",
        "::ffff:192.0.2.44,              192.0.2.44,  ''",
        "::ffff:c000:22c,                192.0.2.44,  ''",
        "192.0.2.1:25,                   192.0.2.1,   address source_ip",
        "[2001:db8::1]:25,               2001:db8::1, address source_ip",
        "[2001:db8::1],                  2001:db8::1, address source_ip",
        "[IPv6:2001:db8::1],             2001:db8::1, address source_ip",
        "IPv6:2001:db8::1,               2001:db8::1, address source_ip",
        "2001:db8::1%eth0,               2001:db8::1, address source_ip",
        "192.0.2.1/32,                   192.0.2.1,   address source_ip",
        "[192.0.2.1],                    192.0.2.1,   address source_ip",
    })
    void ofAddresses(String written, String read, String remark) {
        AggregateReport report = SampleReport.report(SampleReport.with("192.0.2.10", written));

        assertThat(org.countersign.domain.IpNetwork.renderAddress(
                        report.rows().getFirst().sourceIp()))
                .isEqualTo(read);
        assertThat(String.join(",", SampleReport.remarks(report))).isEqualTo(remark);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "300.1.2.3",
                "mail.example",
                "1.2.3",
                "192.0.2.010",
                "1::2::3",
                "[",
                "-",
                "unknown",
                ":",
                "0x7f000001"
            })
    void ofNoAddressLeaveTheRowOut(String written) {
        AggregateReport report = SampleReport.report(SampleReport.with("192.0.2.10", written));

        assertThat(report.rows()).isEmpty();
        assertThat(report.leftOut()).isEqualTo(1);
        assertThat(SampleReport.remarks(report)).containsExactly("bad-address " + written);
    }

    @ParameterizedTest
    @CsvSource({
        "' 7 ',           7,             ''",
        "+7,              7,             ''",
        "007,             7,             ''",
        "7.0,             7,             number count",
        "1000000000000,   1000000000000, ''",
    })
    void ofCounts(String written, long count, String remark) {
        AggregateReport report = SampleReport.report(SampleReport.with("<count>3<", "<count>" + written + "<"));

        assertThat(report.messages()).isEqualTo(count);
        assertThat(String.join(",", SampleReport.remarks(report))).isEqualTo(remark);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-3",
                "",
                "many",
                "1.5",
                "1e3",
                "1,000",
                "1000000000001",
                "99999999999999999999999",
                "+",
                "\u0663"
            })
    void ofNoCountLeaveTheRowOut(String written) {
        AggregateReport report = SampleReport.report(SampleReport.with("<count>3<", "<count>" + written + "<"));

        assertThat(report.rows()).isEmpty();
        assertThat(report.leftOut()).isEqualTo(1);
        assertThat(report.remarks()).extracting(Remark::kind).containsExactly(RemarkKind.BAD_COUNT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-09-23",
                "2026-09-23T00:00:00Z",
                "2026-09-23T02:00:00+02:00",
                "2026-09-23T00:00:00",
                "2026-09-23 00:00:00",
                "2026-09-23 00:00:00.000",
                "'Wed, 23 Sep 2026 00:00:00 GMT'",
                "1790121600000",
                "1790121600.0",
                "1790121600.75",
                "1790121600000000"
            })
    void ofInstantsInOtherForms(String written) {
        AggregateReport report = SampleReport.report(SampleReport.with("1790121600", written.replace("'", "")));

        assertThat(report.period()).isEqualTo(WrittenReports.DAY);
        assertThat(SampleReport.remarks(report)).containsExactly("number begin");
    }

    @Test
    void ofADateAsTheEndAreItsLastSecond() {
        assertThat(SampleReport.report(SampleReport.with("1790207999", "2026-09-23"))
                        .period())
                .isEqualTo(WrittenReports.DAY);
    }

    @ParameterizedTest
    @CsvSource({
        "EXAMPLE.NET,            example.net,  ''",
        "example.net.,           example.net,  ''",
        "b\u00fccher.example,    xn--bcher-kva.example, ''",
        "bounce@example.net,     example.net,  mailbox envelope_from",
        "&lt;b@example.net&gt;,  example.net,  mailbox envelope_from",
        "&lt;&gt;,               '',           ''",
        "'',                     '',           ''",
        "not a domain,           not a domain, domain envelope_from",
    })
    void ofDomains(String written, String read, String remark) {
        AggregateReport report = SampleReport.report(
                SampleReport.with("</identifiers>", "<envelope_from>" + written + "</envelope_from></identifiers>"));

        if (!read.equals("not a domain")) {
            assertThat(report.rows().getFirst().envelopeFrom()).isEqualTo(Optional.of(read));
            assertThat(String.join(",", SampleReport.remarks(report))).isEqualTo(remark);
        } else {
            assertThat(report.rows().getFirst().envelopeFrom()).contains(read);
        }
    }

    @Test
    void aRowWithoutResultsIsKeptWithARemark() {
        String document = SampleReport.DOCUMENT.substring(0, SampleReport.DOCUMENT.indexOf("<auth_results>"))
                + SampleReport.DOCUMENT.substring(SampleReport.DOCUMENT.indexOf("</record>"));
        AggregateReport report = SampleReport.report(document);

        assertThat(report.messages()).isEqualTo(3);
        assertThat(SampleReport.remarks(report)).containsExactly("missing auth_results");
    }

    @Test
    void ofAMissingAuthorDomainIsThePolicyDomain() {
        AggregateReport report = SampleReport.report(SampleReport.with("<header_from>example.org</header_from>", ""));

        assertThat(report.rows().getFirst().headerFrom()).isEqualTo("example.org");
        assertThat(SampleReport.remarks(report)).containsExactly("missing header_from");
    }

    @Test
    void ofAMissingPolicyDomainAreThatOfTheOnlyAuthor() {
        AggregateReport report =
                SampleReport.report(SampleReport.with("<domain>example.org</domain><adkim>", "<adkim>"));

        assertThat(report.policy().domain()).hasToString("example.org");
        assertThat(SampleReport.remarks(report)).containsExactly("missing domain");
    }

    @ParameterizedTest
    @CsvSource({
        "Temp_Error,    temperror, word spf result temp_error",
        "SOFT-FAIL,     softfail,  word spf result soft-fail",
        "hardfail,      fail,      word spf result hardfail",
        "bestguesspass, bestguesspass, word spf result bestguesspass",
        "policy,        policy,    ''",
    })
    void ofResults(String written, String read, String remark) {
        AggregateReport report = SampleReport.report(
                SampleReport.with("<scope>mfrom</scope><result>pass", "<scope>mfrom</scope><result>" + written));

        ReportedResult result = report.rows().getFirst().results().get(1);
        assertThat(result.result()).isEqualTo(read);
        assertThat(result.isKnown()).isEqualTo(!read.equals("bestguesspass"));
        assertThat(String.join(",", SampleReport.remarks(report))).endsWith(remark);
    }

    @Test
    void ofUnknownDispositionsAndAlignmentAreNoActionAndNoPass() {
        AggregateReport report = SampleReport.report(SampleReport.with(
                "<disposition>none</disposition><dkim>pass</dkim><spf>fail</spf>",
                "<disposition>delivered</disposition><dkim></dkim><spf>softfail</spf>"));

        ReportedRow row = report.rows().getFirst();
        assertThat(row.disposition()).isEqualTo(Disposition.NONE);
        assertThat(row.dkimAligned() || row.spfAligned()).isFalse();
        assertThat(SampleReport.remarks(report))
                .containsExactly(
                        "word disposition delivered",
                        "missing policy_evaluated dkim",
                        "word policy_evaluated spf softfail");
    }

    @Test
    void ofReasonsAsTextAreTypesOrComments() {
        String reason =
                "</spf><reason>Forwarded</reason><reason>by our list</reason><reason> </reason></policy_evaluated>";
        ReportedRow row = row(SampleReport.with("</spf></policy_evaluated>", reason));

        assertThat(row.reasons())
                .containsExactly(new ReportedReason("forwarded", ""), new ReportedReason("", "by our list"));
    }

    @Test
    void ofMoreThanAHundredResultsAreLeftOut() {
        String result = "<dkim><domain>example.org</domain><selector>s</selector><result>pass</result></dkim>";
        AggregateReport report =
                SampleReport.report(SampleReport.with("<auth_results>", "<auth_results>" + result.repeat(300)));

        assertThat(report.rows().getFirst().results()).hasSize(100);
        assertThat(SampleReport.remarks(report)).containsExactly("results dkim", "results spf");
    }

    @Test
    void ofAReportWithoutARecordAreKept() {
        AggregateReport report = SampleReport.report(SampleReport.HEAD + "</feedback>");

        assertThat(report.messages()).isZero();
        assertThat(SampleReport.remarks(report)).containsExactly("no-rows");
    }

    @Test
    void ofMissingMetadataAreEmpty() {
        AggregateReport report = SampleReport.report(SampleReport.with(
                "<org_name>Receiver</org_name><email>dmarc@receiver.example</email><report_id>r1</report_id>", ""));

        assertThat(report.orgName() + report.email() + report.reportId()).isEmpty();
        assertThat(SampleReport.remarks(report))
                .containsExactly("missing email", "missing org_name", "missing report_id");
    }

    @Test
    void ofSeveralErrorsAreJoined() {
        AggregateReport report = SampleReport.report(
                SampleReport.with("</report_metadata>", "<error>a</error><error/><error>b</error></report_metadata>"));

        assertThat(report.error()).isEqualTo("a; b");
        assertThat(report.remarks()).isEmpty();
    }
}

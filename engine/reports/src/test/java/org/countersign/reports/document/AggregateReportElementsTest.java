package org.countersign.reports.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.countersign.dmarc.DmarcPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which elements of an aggregate report are found, and what is said of the others. */
class AggregateReportElementsTest {
    private static AggregateReport clean(byte[] document) {
        AggregateReport report = SampleReport.report(document);
        assertThat(report.remarks()).isEmpty();
        assertThat(report.messages()).isEqualTo(3);
        return report;
    }

    @Test
    void areFoundInAnyOrder() {
        String metadata = SampleReport.HEAD.substring(
                SampleReport.HEAD.indexOf("<report_metadata>"), SampleReport.HEAD.indexOf("<policy_published>"));
        String document = SampleReport.with(metadata, "").replace("</feedback>", metadata + "</feedback>");

        assertThat(clean(document.getBytes(StandardCharsets.UTF_8)).orgName()).isEqualTo("Receiver");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://dmarc.org/dmarc-xml/0.1", "http://dmarc.org/dmarc-xml/0.2"})
    void areFoundInTheOldNamespace(String namespace) {
        String document = SampleReport.with("<feedback>", "<feedback xmlns='" + namespace + "'>");

        assertThat(clean(document.getBytes(StandardCharsets.UTF_8)).schema()).isEqualTo(ReportSchema.RFC7489);
    }

    @Test
    void areFoundInAnyOtherNamespace() {
        AggregateReport report = SampleReport.report(SampleReport.with("<feedback>", "<feedback xmlns='urn:x'>"));

        assertThat(report.messages()).isEqualTo(3);
        assertThat(report.schema()).isEqualTo(ReportSchema.OTHER);
        assertThat(SampleReport.remarks(report)).containsExactly("namespace urn:x");
    }

    @Test
    void countOnceIfTheyAreDoubled() {
        AggregateReport report =
                SampleReport.report(SampleReport.with("<org_name>", "<org_name>First</org_name><org_name>")
                        .replace("<count>", "<count>2</count><count>"));

        assertThat(report.orgName()).isEqualTo("First");
        assertThat(report.messages()).isEqualTo(2);
        assertThat(SampleReport.remarks(report)).containsExactly("duplicate org_name", "duplicate count");
    }

    @Test
    void ofSeveralRowsInARecordCountWithTheResultsOfTheRecord() {
        String second = "<row><source_ip>192.0.2.11</source_ip><count>4</count><policy_evaluated><disposition>reject"
                + "</disposition><dkim>fail</dkim><spf>fail</spf></policy_evaluated></row>";
        String unusable = "<row><source_ip>none</source_ip><count>5</count></row>";
        String document = SampleReport.with("<identifiers>", second + unusable + "<identifiers>")
                .replace("</feedback>", SampleReport.ROW + "</feedback>");

        AggregateReport report = SampleReport.report(document);

        assertThat(report.messages()).isEqualTo(10);
        assertThat(report.rows()).extracting(ReportedRow::number).containsExactly(1, 2, 4);
        assertThat(report.rows()).extracting(ReportedRow::dkimAligned).containsExactly(true, false, true);
        assertThat(report.rows().get(1).headerFrom()).isEqualTo("example.org");
        assertThat(report.rows().get(1).results())
                .isEqualTo(report.rows().getFirst().results())
                .hasSize(2);
        assertThat(report.remarks())
                .extracting(Remark::describe)
                .containsExactly(
                        "record: a record with several rows, each of which is read with the results of the record"
                                + " (row 1, line 11, 2 times)",
                        "none: a row whose source_ip is no address, which is left out (row 3, line 14)");
    }

    @Test
    void areSkippedIfTheyAreUnknown() {
        AggregateReport report =
                SampleReport.report(SampleReport.with("<version>", "<x><row><count>9</count></row></x><version>")
                        .replace("<identifiers>", "<identifiers><header_to>example.net</header_to>"));

        assertThat(report.messages()).isEqualTo(3);
        assertThat(SampleReport.remarks(report)).containsExactly("element x", "element header_to");
    }

    @Test
    void ofExtensionsAreNoDeviation() {
        String document = SampleReport.with(
                        "</record>", "<x:row xmlns:x='urn:x'/><x:a xmlns:x='urn:x'>1</x:a></record>")
                .replace("<record>", "<extension><record><row><count>7</count></row></record></extension><record>");

        clean(document.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void mayBeWrittenInCapitals() {
        AggregateReport report = SampleReport.report(
                SampleReport.DOCUMENT.replace("org_name>", "Org_Name>").replace("record>", "Record>"));

        assertThat(report.orgName()).isEqualTo("Receiver");
        assertThat(report.messages()).isEqualTo(3);
        assertThat(SampleReport.remarks(report)).containsExactly("letter-case Org_Name", "letter-case Record");
    }

    @Test
    void ofRecordsWithinRecordsAndListsAreRecords() {
        String nested = SampleReport.ROW.replace("</record>", SampleReport.ROW + "</record>");
        AggregateReport report = SampleReport.report(
                SampleReport.HEAD + "<records>" + nested + SampleReport.ROW + "</records></feedback>");

        assertThat(report.messages()).isEqualTo(9);
        assertThat(report.rows()).extracting(ReportedRow::number).containsExactly(2, 1, 3);
        assertThat(SampleReport.remarks(report)).containsExactly("element records", "place record");
    }

    @Test
    void inAnotherOrderThanTheSchemaAreNamedForRfc9990() {
        String document = SampleReport.with("<feedback>", "<feedback xmlns='" + AggregateReportWriter.NAMESPACE + "'>")
                .replace("<pct>100</pct>", "")
                .replace("<dkim>pass</dkim><spf>fail</spf>", "<spf>fail</spf><dkim>pass</dkim>");

        AggregateReport report = SampleReport.report(document);

        assertThat(report.rows().getFirst().dkimAligned()).isTrue();
        assertThat(SampleReport.remarks(report)).containsExactly("place dkim");
    }

    @Test
    void withinTextGiveTheirText() {
        AggregateReport report =
                SampleReport.report(SampleReport.with("Receiver", "Re<b>x</b><![CDATA[<cei>]]><!-- c -->ver"));

        assertThat(report.orgName()).isEqualTo("Rex<cei>ver");
        assertThat(SampleReport.remarks(report)).containsExactly("nested-text b");
    }

    @Test
    void ofNewTagsInTheOldSchemaAreReadAndNamed() {
        AggregateReport report = SampleReport.report(SampleReport.with("<pct>100</pct>", "<np>reject</np>"));

        assertThat(report.policy().nonexistentPolicy()).contains(DmarcPolicy.REJECT);
        assertThat(SampleReport.remarks(report)).containsExactly("element np");
    }

    @Test
    void haveAtMost4096Characters() {
        AggregateReport report = SampleReport.report(SampleReport.with("Receiver", "x".repeat(1_000_000)));

        assertThat(report.orgName()).hasSize(4096);
        assertThat(SampleReport.remarks(report)).containsExactly("long-text");
    }
}

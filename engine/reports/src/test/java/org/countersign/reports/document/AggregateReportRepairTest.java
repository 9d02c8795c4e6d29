package org.countersign.reports.document;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Broken XML of an aggregate report")
class AggregateReportRepairTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">",
                "<a><b>",
                "<html>",
                "This is a report: ",
                "<reports xmlns:d='urn:x'><list/>",
                "--=_boundary\r\nContent-Type: text/xml\r\n\r\n"
            })
    void isReadFromTheStartTagOfTheReport(String before) {
        AggregateReport report = SampleReport.report(before + SampleReport.DOCUMENT);

        assertThat(report.messages()).isEqualTo(3);
        assertThat(SampleReport.remarks(report)).containsExactly("text-before-report");
    }

    @Test
    void isReadThoughAClosedElementSurroundsTheReport() {
        AggregateReport report =
                SampleReport.report("<all>" + SampleReport.HEAD.substring(39) + SampleReport.ROW + "</feedback></all>");

        assertThat(report.messages()).isEqualTo(3);
        assertThat(SampleReport.remarks(report)).containsExactly("text-before-report", "text-after-report");
    }

    @ParameterizedTest
    @ValueSource(strings = {"footer of a gateway", "<feed>", "\u0000\u0000", "</body></html>", "&", "<!-- open"})
    void isReadThoughTextFollowsTheReport(String after) {
        AggregateReport report = SampleReport.report(SampleReport.DOCUMENT + after);

        assertThat(report.messages()).isEqualTo(3);
        assertThat(SampleReport.remarks(report)).containsExactly("text-after-report");
    }

    @ParameterizedTest
    @CsvSource({
        "A & B,               A & B,              markup &",
        "A &nbsp; B,          A &nbsp; B,         markup &",
        "A < B > C,           A < B > C,          markup <",
        "<b>A</b> & B,        <b>A</b> & B,       markup <; markup &",
        "A ]]> B,             A ]]> B,            markup >",
        "A &#7; B,            A \uFFFD B,         character U+0007",
        "A &#x1F; B,          A \uFFFD B,         character U+001F",
        "A &#; B,             A &#; B,            markup &",
        "A &#99999999999; B,  A &#99999999999; B, markup &",
        "A &#xD800; B,        A \uFFFD B,         character U+D800",
        "A \u0007 B,          A \uFFFD B,         character U+0007",
        "A \uFFFF B,          A \uFFFD B,         character U+FFFF",
    })
    void becomesText(String written, String read, String remark) {
        AggregateReport report = SampleReport.report(SampleReport.with("Receiver", written));

        assertThat(report.orgName()).isEqualTo(read);
        assertThat(report.messages()).isEqualTo(3);
        assertThat(String.join("; ", SampleReport.remarks(report))).isEqualTo(remark);
    }

    @Test
    void keepsReferencesSectionsAndAttributes() {
        AggregateReport report = SampleReport.report(
                SampleReport.with("Receiver", "\u0007&lt;&#228;&#xE4;<![CDATA[<a>&amp;\u0007]]><!-- -- \u0007 -->")
                        .replace("<feedback>", "<feedback xmlns:x='http://a.example/?b&c<d'>"));

        assertThat(report.orgName()).isEqualTo("\uFFFD<\u00e4\u00e4<a>&amp;\uFFFD");
        assertThat(report.messages()).isEqualTo(3);
    }

    @Test
    void isReadWherePrefixesAreNotDeclared() {
        String document =
                SampleReport.DOCUMENT.replace("<feedback>", "<d:feedback>").replace("</feedback>", "</d:feedback>");

        AggregateReport report = SampleReport.report(document);

        assertThat(report.messages()).isEqualTo(3);
        assertThat(report.remarks()).extracting(Remark::kind).containsExactly(RemarkKind.REPAIRED);
    }

    @Test
    void keepsTheNamespaceAndTheNumbersOfLines() {
        AggregateReport report =
                SampleReport.report("junk\n\n<d:feedback xmlns:d=\"urn:ietf:params:xml:ns:dmarc-2.0\">\n"
                        + SampleReport.HEAD.substring(SampleReport.HEAD.indexOf("<version>"))
                        + SampleReport.ROW + "</d:feedback>");

        assertThat(report.schema()).isEqualTo(ReportSchema.RFC9990);
        assertThat(report.remarks()).extracting(Remark::line).containsExactly(1, 7);
        assertThat(SampleReport.remarks(report)).containsExactly("text-before-report", "element pct");
    }

    @ParameterizedTest
    @ValueSource(strings = {"</feedback>", "</record>", "</spf>"})
    void isRefusedWhereAnEndIsMissing(String missing) {
        assertThat(SampleReport.refusal(SampleReport.with(missing, ""))).startsWith("broken XML: line ");
    }
}

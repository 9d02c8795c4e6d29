package org.countersign.reports.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The encoding of an aggregate report")
class AggregateReportEncodingTest {
    private static AggregateReport clean(byte[] document) {
        AggregateReport report = SampleReport.report(document);
        assertThat(report.remarks()).isEmpty();
        assertThat(report.messages()).isEqualTo(3);
        return report;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UTF-8",
                "ISO-8859-1",
                "windows-1252",
                "UTF-16BE",
                "UTF-16LE",
                "UTF-32BE",
                "UTF-32LE",
                "ISO-8859-15",
                "latin1"
            })
    void isTheDeclaredOne(String name) {
        String document = SampleReport.with("UTF-8", name).replace("Receiver", "Empf\u00e4nger");

        assertThat(clean(document.getBytes(Charset.forName(name))).orgName()).isEqualTo("Empf\u00e4nger");
    }

    @ParameterizedTest
    @CsvSource({
        "GB2312, \u4e2d\u56fd",
        "GBK, \u4e2d\u56fd",
        "GB18030, \u4e2d\u56fd",
        "Big5, \u4e2d\u570b",
        "Shift_JIS, \u65e5\u672c",
        "EUC-JP, \u65e5\u672c",
        "EUC-KR, \ud55c\uad6d",
        "KOI8-R, \u042f\u043d\u0434\u0435\u043a\u0441"
    })
    void isTheDeclaredOneInEastAsiaAndRussiaToo(String name, String reporter) {
        String document = SampleReport.with("UTF-8", name).replace("Receiver", reporter);

        assertThat(clean(document.getBytes(Charset.forName(name))).orgName()).isEqualTo(reporter);
    }

    @ParameterizedTest
    @CsvSource({"UTF-16LE, UTF-8", "UTF-32LE, UTF-8", "UTF-32BE, UTF-16", "UTF-16BE, UTF-32"})
    void isThatOfTheByteOrderMarkWhereTheDeclaredOneIsWrong(String name, String declared) {
        AggregateReport report =
                SampleReport.report(("\uFEFF" + SampleReport.with("UTF-8", declared)).getBytes(Charset.forName(name)));

        assertThat(report.messages()).isEqualTo(3);
        assertThat(SampleReport.remarks(report)).containsExactly("encoding");
    }

    @ParameterizedTest
    @CsvSource({"UTF-8", "UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE"})
    void isThatOfTheByteOrderMark(String name) {
        String document =
                "\uFEFF" + SampleReport.with("UTF-8", name).replace("Receiver", "Empf\u00e4nger \uD83D\uDCE7");

        assertThat(clean(document.getBytes(Charset.forName(name))).orgName()).isEqualTo("Empf\u00e4nger \uD83D\uDCE7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-32", "EBCDIC-CP-US", "unknown"})
    void isUtf8WhereTheDeclaredOneCannotBe(String name) {
        AggregateReport report = SampleReport.report(SampleReport.with("UTF-8", name));

        assertThat(report.messages()).isEqualTo(3);
        assertThat(SampleReport.remarks(report)).containsExactly("encoding");
    }

    @Test
    void octetsOfAnotherOneAreReplaced() {
        byte[] document = SampleReport.with("Receiver", "Empf\u00e4nger").getBytes(StandardCharsets.ISO_8859_1);

        AggregateReport report = SampleReport.report(document);

        assertThat(report.orgName()).isEqualTo("Empf\uFFFDnger");
        assertThat(SampleReport.remarks(report)).containsExactly("octets");
    }

    @Test
    void whiteSpaceAndMarksAtTheStartDoNotMatter() {
        clean(("\uFEFF \r\n\t\uFEFF" + SampleReport.DOCUMENT).getBytes(StandardCharsets.UTF_8));
    }
}

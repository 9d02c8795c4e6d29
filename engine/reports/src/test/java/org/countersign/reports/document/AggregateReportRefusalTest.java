package org.countersign.reports.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Refused as an aggregate report")
class AggregateReportRefusalTest {
    @ParameterizedTest
    @CsvSource({
        "unused,             not XML: the content begins with `unused`",
        "'',                 not XML: there is no content",
        "' \n ',             not XML: there is no content",
        "'{\"a\": 1}',       not XML: the content begins with `{\"a\":`",
        "<html><p/></html>,  XML without the element feedback: the first element is `html`",
        "<html><p>,          XML without the element feedback: the first element is `html`",
        "<,                  XML without the element feedback: the content begins with `<`",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, not XML: the content begins with `aaaaaaaaaaaaaaaaaaaa...`",
    })
    void isWhatIsNoReport(String document, String reason) {
        assertThat(SampleReport.refusal(document)).isEqualTo(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE feedback>",
                "<!DOCTYPE feedback [<!ENTITY a 'b'>]>",
                "<!DOCTYPE feedback SYSTEM 'file:///etc/hostname'>",
                "<!-- --><!doctype html>",
                "junk <!DOCTYPE feedback>",
                "& <!ENTITY x 'y'>"
            })
    void isADeclaration(String declaration) {
        String document = SampleReport.DOCUMENT.substring(SampleReport.DOCUMENT.indexOf("<feedback>"));

        assertThat(SampleReport.refusal(declaration + document))
                .isEqualTo("a document type declaration is not allowed");
        assertThat(SampleReport.refusal(("\uFEFF" + declaration + document).getBytes(StandardCharsets.UTF_16BE)))
                .isEqualTo("a document type declaration is not allowed");
    }

    @Test
    void isADeclarationBehindWhatNeedsARepair() {
        assertThat(SampleReport.refusal(SampleReport.with("Receiver", "A & B") + "<!DOCTYPE x>"))
                .isEqualTo("a document type declaration is not allowed");
        assertThat(SampleReport.refusal(SampleReport.with("Receiver", "A & B <![CDATA[<!ENTITY x>]]>")))
                .isEqualTo("a document type declaration is not allowed");
    }

    @Test
    void isDeepNesting() {
        assertThat(SampleReport.refusal("<feedback>" + "<a>".repeat(100_000)))
                .isEqualTo("elements within elements, deeper than 16: line 1");
    }

    @Test
    void isAnElementOfManyAttributes() {
        StringBuilder tag = new StringBuilder("<feedback");
        for (int i = 0; i < 17; i++) {
            tag.append(" a").append(i).append("='='");
        }

        assertThat(SampleReport.refusal(tag + ">")).isEqualTo("an element with more than 16 attributes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<!--", "<![CDATA[", "<?x ", "<a b='"})
    void isMarkupWithoutAnEnd(String begin) {
        assertThat(SampleReport.refusal("<feedback>" + begin + "x".repeat(100_000)))
                .isEqualTo("a tag, comment or section of more than 64 KiB");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<n%d/>", "<n a%d=''/>", "<n%d:a xmlns:n%<d='b'/>", "<n xmlns='u%d'/>", "<?n%d?>"})
    void isADocumentOfManyNames(String markup) {
        StringBuilder document = new StringBuilder("<feedback>");
        for (int i = 0; i < 2000; i++) {
            document.append(markup.formatted(i));
        }

        assertThat(SampleReport.refusal(document + "</feedback>"))
                .isEqualTo("more than 1,000 names that no report has: line 1");
    }

    @Test
    void isWhatIsTooLarge() {
        AggregateReportReader reader = SampleReport.reader(new ReadLimits(1000, 10));
        byte[] long1 = (SampleReport.DOCUMENT + " ".repeat(1000)).getBytes(StandardCharsets.UTF_8);

        assertThat(refusal(reader, long1)).isEqualTo(Refusal.TOO_LARGE);
    }

    @Test
    void isAReportOfTooManyRows() {
        AggregateReportReader reader = SampleReport.reader(new ReadLimits(1 << 20, 2));
        String three = SampleReport.HEAD + SampleReport.ROW.repeat(3) + "</feedback>";

        assertThat(refusal(reader, three.getBytes(StandardCharsets.UTF_8))).isEqualTo(Refusal.TOO_MANY_ROWS);
    }

    @ParameterizedTest
    @CsvSource({
        "<begin>1790121600</begin>, '',                        no period: begin is missing or empty",
        "1790207999,                soon,                      no period: end is no instant: soon",
        "1790207999,                1790121599,                a period that ends before it begins",
        "1790121600,                1700000000,                a period of more than 400 days",
        "<domain>example.org</domain><adkim>, <domain>..</domain><adkim>, no policy domain: ..",
    })
    void isAReportWithoutWhatIsNeeded(String text, String replacement, String reason) {
        assertThat(SampleReport.refusal(SampleReport.with(text, replacement))).startsWith(reason);
    }

    /** Clocks that were never set count from 1970. */
    @Test
    void isAReportAboutATimeBeforeDmarc() {
        assertThat(SampleReport.refusal(SampleReport.with("1790121600", "0").replace("1790207999", "86399")))
                .isEqualTo("no period: end is before 2012, when there was no DMARC: 86399");
        assertThat(SampleReport.report(
                                SampleReport.with("1790121600", "1325376000").replace("1790207999", "1325462399"))
                        .messages())
                .isEqualTo(3);
    }

    @Test
    void isAReportAboutTheFuture() {
        assertThat(SampleReport.refusal(
                        SampleReport.with("1790121600", "1790467201").replace("1790207999", "1790500000")))
                .isEqualTo("a period that begins more than 2 days in the future: from 1790467201");
        assertThat(SampleReport.report(
                                SampleReport.with("1790121600", "1790467200").replace("1790207999", "1790500000"))
                        .messages())
                .isEqualTo(3);
    }

    private Refusal refusal(AggregateReportReader reader, byte[] document) {
        try {
            return ((ReadResult.Refused) reader.read(ReportSource.of(document)).getFirst()).refusal();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

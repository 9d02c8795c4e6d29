package org.countersign.reports.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AggregateReportReaderTest {
    private static AggregateReport clean(byte[] document) {
        AggregateReport report = SampleReport.report(document);
        assertThat(report.remarks()).isEmpty();
        assertThat(report.messages()).isEqualTo(3);
        return report;
    }

    @Test
    void theSampleOfThisTestHasNoRemark() {
        clean(SampleReport.DOCUMENT.getBytes(StandardCharsets.UTF_8));
    }

    @Nested
    @DisplayName("The encoding")
    class EncodingTest {
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

            assertThat(clean(document.getBytes(Charset.forName(name))).orgName())
                    .isEqualTo("Empf\u00e4nger");
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

            assertThat(clean(document.getBytes(Charset.forName(name))).orgName())
                    .isEqualTo(reporter);
        }

        @ParameterizedTest
        @CsvSource({"UTF-16LE, UTF-8", "UTF-32LE, UTF-8", "UTF-32BE, UTF-16", "UTF-16BE, UTF-32"})
        void isThatOfTheByteOrderMarkWhereTheDeclaredOneIsWrong(String name, String declared) {
            AggregateReport report = SampleReport.report(
                    ("\uFEFF" + SampleReport.with("UTF-8", declared)).getBytes(Charset.forName(name)));

            assertThat(report.messages()).isEqualTo(3);
            assertThat(SampleReport.remarks(report)).containsExactly("encoding");
        }

        @ParameterizedTest
        @CsvSource({"UTF-8", "UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE"})
        void isThatOfTheByteOrderMark(String name) {
            String document =
                    "\uFEFF" + SampleReport.with("UTF-8", name).replace("Receiver", "Empf\u00e4nger \uD83D\uDCE7");

            assertThat(clean(document.getBytes(Charset.forName(name))).orgName())
                    .isEqualTo("Empf\u00e4nger \uD83D\uDCE7");
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

    @Nested
    @DisplayName("Broken XML")
    class Repair {
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
            AggregateReport report = SampleReport.report(
                    "<all>" + SampleReport.HEAD.substring(39) + SampleReport.ROW + "</feedback></all>");

            assertThat(report.messages()).isEqualTo(3);
            assertThat(SampleReport.remarks(report)).containsExactly("text-before-report", "text-after-report");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"footer of a gateway", "<feedback>", "\u0000\u0000", "</body></html>", "&", "<!-- open"})
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

    @Nested
    @DisplayName("Refused at once")
    class RefusedTest {
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
            assertThat(SampleReport.refusal(SampleReport.with(text, replacement)))
                    .startsWith(reason);
        }

        /** Clocks that were never set count from 1970. */
        @Test
        void isAReportAboutATimeBeforeDmarc() {
            assertThat(SampleReport.refusal(SampleReport.with("1790121600", "0").replace("1790207999", "86399")))
                    .isEqualTo("no period: end is before 2012, when there was no DMARC: 86399");
            assertThat(SampleReport.report(SampleReport.with("1790121600", "1325376000")
                                    .replace("1790207999", "1325462399"))
                            .messages())
                    .isEqualTo(3);
        }

        @Test
        void isAReportAboutTheFuture() {
            assertThat(SampleReport.refusal(
                            SampleReport.with("1790121600", "1790467201").replace("1790207999", "1790500000")))
                    .isEqualTo("a period that begins more than 2 days in the future: from 1790467201");
            assertThat(SampleReport.report(SampleReport.with("1790121600", "1790467200")
                                    .replace("1790207999", "1790500000"))
                            .messages())
                    .isEqualTo(3);
        }

        private Refusal refusal(AggregateReportReader reader, byte[] document) {
            try {
                return ((ReadResult.Refused) reader.read(ReportSource.of(document))).refusal();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void manyReferencesAreNoAttack() {
        AggregateReport report = SampleReport.report(SampleReport.with("Receiver", "&amp;".repeat(300_000)));

        assertThat(report.orgName()).isEqualTo("&".repeat(4096));
        assertThat(report.messages()).isEqualTo(3);
    }

    @Test
    void remarksAreBounded() {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            rows.append(SampleReport.ROW.replace("<result>pass", "<result>word" + i));
        }
        AggregateReport report = SampleReport.report(SampleReport.HEAD + rows + "</feedback>");

        assertThat(report.messages()).isEqualTo(1500);
        assertThat(report.remarks()).hasSize(100);
    }

    @Test
    void aRemarkIsOneLineOfAscii() {
        assertThat(new Remark(RemarkKind.WORD, "spf result b\u00f6s\r\n\u001b[31m", 5, 38, 3).describe())
                .isEqualTo("spf result b\\xf6s\\x0d\\x0a\\x1b[31m: a word that the schema does not have"
                        + " (row 5, line 38, 3 times)");
    }

    @Test
    void aFailureOfTheSourceIsThatOfTheCaller() {
        byte[] half = SampleReport.DOCUMENT.substring(0, 300).getBytes(StandardCharsets.UTF_8);
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("unexpected end of ZLIB input stream");
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return read();
            }
        };

        assertThatThrownBy(() -> SampleReport.reader(ReadLimits.DEFAULT)
                        .read(() -> new SequenceInputStream(new ByteArrayInputStream(half), broken)))
                .isInstanceOf(IOException.class)
                .hasMessage("unexpected end of ZLIB input stream");
    }
}

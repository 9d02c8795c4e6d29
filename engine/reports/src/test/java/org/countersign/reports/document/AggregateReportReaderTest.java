package org.countersign.reports.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.countersign.dmarc.DmarcPolicy;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AggregateReportReaderTest {
    private static ReportedRow row(String document) {
        AggregateReport report = SampleReport.report(document);
        assertThat(report.rows()).hasSize(1);
        return report.rows().getFirst();
    }

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
        @ValueSource(strings = {"UTF-8", "ISO-8859-1", "windows-1252", "UTF-16BE", "UTF-16LE", "ISO-8859-15", "latin1"})
        void isTheDeclaredOne(String name) {
            String document = SampleReport.with("UTF-8", name).replace("Receiver", "Empf\u00e4nger");

            assertThat(clean(document.getBytes(Charset.forName(name))).orgName())
                    .isEqualTo("Empf\u00e4nger");
        }

        @ParameterizedTest
        @CsvSource({"UTF-8", "UTF-16BE", "UTF-16LE"})
        void isThatOfTheByteOrderMark(String name) {
            String document = "\uFEFF" + SampleReport.with("Receiver", "Empf\u00e4nger \uD83D\uDCE7");

            assertThat(clean(document.getBytes(Charset.forName(name))).orgName())
                    .isEqualTo("Empf\u00e4nger \uD83D\uDCE7");
        }

        @ParameterizedTest
        @ValueSource(strings = {"UTF-16", "EBCDIC-CP-US", "unknown"})
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

    @Nested
    @DisplayName("Elements")
    class Elements {
        @Test
        void areFoundInAnyOrder() {
            String metadata = SampleReport.HEAD.substring(
                    SampleReport.HEAD.indexOf("<report_metadata>"), SampleReport.HEAD.indexOf("<policy_published>"));
            String document = SampleReport.with(metadata, "").replace("</feedback>", metadata + "</feedback>");

            assertThat(clean(document.getBytes(StandardCharsets.UTF_8)).orgName())
                    .isEqualTo("Receiver");
        }

        @ParameterizedTest
        @ValueSource(strings = {"http://dmarc.org/dmarc-xml/0.1", "http://dmarc.org/dmarc-xml/0.2"})
        void areFoundInTheOldNamespace(String namespace) {
            String document = SampleReport.with("<feedback>", "<feedback xmlns='" + namespace + "'>");

            assertThat(clean(document.getBytes(StandardCharsets.UTF_8)).schema())
                    .isEqualTo(ReportSchema.RFC7489);
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
            String document = SampleReport.with(
                            "<feedback>", "<feedback xmlns='" + AggregateReportWriter.NAMESPACE + "'>")
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

    @Nested
    @DisplayName("Values")
    class Values {
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
            AggregateReport report = SampleReport.report(SampleReport.with(
                    "</identifiers>", "<envelope_from>" + written + "</envelope_from></identifiers>"));

            if (!read.equals("not a domain")) {
                assertThat(report.rows().getFirst().envelopeFrom()).isEqualTo(Optional.of(read));
                assertThat(String.join(",", SampleReport.remarks(report))).isEqualTo(remark);
            } else {
                assertThat(report.rows().getFirst().envelopeFrom()).contains(read);
            }
        }

        @Test
        void ofAMissingAuthorDomainIsThePolicyDomain() {
            AggregateReport report =
                    SampleReport.report(SampleReport.with("<header_from>example.org</header_from>", ""));

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
            AggregateReport report = SampleReport.report(SampleReport.with(
                    "</report_metadata>", "<error>a</error><error/><error>b</error></report_metadata>"));

            assertThat(report.error()).isEqualTo("a; b");
            assertThat(report.remarks()).isEmpty();
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

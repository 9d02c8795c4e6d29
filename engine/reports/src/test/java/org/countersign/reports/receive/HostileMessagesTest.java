package org.countersign.reports.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.countersign.reports.receive.ReportMail.Member;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages and archives that are broken, unusual, or made to do harm. */
class HostileMessagesTest {
    @TempDir
    private Path temp;

    private ReceiveFixture fixture;

    @BeforeEach
    void open() {
        fixture = new ReceiveFixture(temp);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private static ReportMail mail() {
        return new ReportMail().results("mx.example.org", "pass", "receiver.example");
    }

    private static byte[] report() {
        return ReportMail.octets(ReportMail.xml());
    }

    private static byte[] zeros(int octets) {
        return new byte[octets];
    }

    private String only(ReportMail mail) throws Exception {
        return only(mail.octets());
    }

    /** The outcome in one word and its text. */
    private String only(byte[] message) throws Exception {
        List<Outcome> outcomes = fixture.mail(message);
        assertThat(outcomes).hasSize(1);
        return outcomes.getFirst() instanceof Outcome.Stored
                ? "stored"
                : outcomes.getFirst().describe();
    }

    private static ReportMail gzipped(byte[] content) {
        return mail().attach("application/gzip", "r.xml.gz", content);
    }

    private static ReportMail zipped(byte[] content) {
        return mail().attach("application/zip", "r.zip", content);
    }

    @Test
    void aReportAboutTlsInItsMultipartReportIsLeftAloneAndNothingElse() throws Exception {
        byte[] json = ReportMail.octets("{\"organization-name\":\"x\",\"policies\":[]}");
        assertThat(only(mail().multipart("report; report-type=\"tlsrpt\"")
                        .text("This is a report.")
                        .attach("application/tlsrpt+gzip", "t.json.gz", ReportMail.gzip(json))))
                .isEqualTo("a report about TLS (RFC 8460)");
        assertThat(only(mail().multipart("report; report-type=tlsrpt").text("The attachment was removed.")))
                .isEqualTo("a report about TLS (RFC 8460)");
    }

    @Test
    void whatIsNotOpenedIsNamed() throws Exception {
        byte[] sealed = ReportMail.gzip(report());
        assertThat(only(mail().attach("application/pkcs7-mime", "smime.p7m", sealed)))
                .startsWith("a message within S/MIME, which is not opened: ");
        assertThat(only(mail().text("See attachment").attach("application/octet-stream", "winmail.dat", zeros(9))))
                .startsWith("attachments in a form of Outlook alone (winmail.dat)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: application/gzip; name=r.xml.gz|Content-Transfer-Encoding: x-uuencode||begin 644 a",
                "Content-Type: application/octet-stream; name=r.xml.gz|Content-Transfer-Encoding: uuencode||begin 0600 a",
                "Content-Type: text/plain||Hello,|here is the report of yesterday.||begin 644 r.xml.gz",
                "Content-Type: text/plain||begin-base64 644 r.zip"
            })
    void aReportInUuencodeIsNamedAndWhatToDo(String begin) throws Exception {
        String body = "\r\nM'XL(\"$\r\n`\r\nend\r\n";
        String reason = only(mail().text("See below.").part(begin.replace("|", "\r\n") + body));
        assertThat(reason)
                .matches(
                        "the file (a|r.xml.gz|r.zip) in uuencode, which is not decoded: save the message, decode it with"
                                + " uudecode, and give the file to countersign reports receive");
        String comment = ReportMail.xml().replace("<version>", "<!--\nbegin 644 r.zip\n--><version>");
        assertThat(only(mail().attach("text/xml", "r.xml", ReportMail.octets(comment))))
                .isEqualTo("stored");
        assertThat(only(mail().text("Where to begin 644 r.xml.gz\r\nbegin 644 logo.png" + body)))
                .isEqualTo("no report in the message");
    }

    @Test
    void theMessageOfAFailureReportIsNoReportWhateverTheWholeIsCalled() throws Exception {
        assertThat(
                        only(
                                mail().multipart("mixed")
                                        .text("A message failed.")
                                        .part(String.join(
                                                "\r\n",
                                                "Content-Type: message/feedback-report",
                                                "",
                                                "Feedback-Type: auth-failure",
                                                "User-Agent: x/1",
                                                "Version: 1",
                                                "Auth-Failure: dmarc",
                                                "Source-IP: 192.0.2.9",
                                                "Reported-Domain: example.org",
                                                ""))
                                        .part(
                                                "Content-Type: message/rfc822\r\n\r\nFrom: a@example.org\r\nSubject: rent\r\n\r\nText\r\n")))
                .contains("example.org, 1 failure");
    }

    @Test
    void severalGzipMembersAreOneContent() throws Exception {
        byte[] xml = report();
        byte[] first = ReportMail.gzip(Arrays.copyOf(xml, 300));
        byte[] second = ReportMail.gzip(Arrays.copyOfRange(xml, 300, xml.length));

        assertThat(only(gzipped(ReportMail.concat(first, second)))).isEqualTo("stored");
    }

    @Test
    void octetsBehindAGzipFileAreIgnored() throws Exception {
        assertThat(only(gzipped(ReportMail.concat(ReportMail.gzip(report()), zeros(700)))))
                .isEqualTo("stored");
    }

    @Test
    void aGzipFileThatEndsEarlyOrHasAWrongLengthIsRefused() throws Exception {
        byte[] gzip = ReportMail.gzip(report());
        assertThat(only(gzipped(Arrays.copyOf(gzip, gzip.length - 9)))).isEqualTo("the gzip file is incomplete");

        gzip[gzip.length - 1] ^= 1;
        assertThat(only(gzipped(gzip))).isEqualTo("the gzip file is damaged: Corrupt GZIP trailer");
    }

    @Test
    void anArchiveInAnArchiveIsReadAndOneMoreLevelIsNot() throws Exception {
        byte[] twice = ReportMail.gzip(ReportMail.gzip(report()));
        assertThat(only(gzipped(twice))).isEqualTo("stored");
        assertThat(only(gzipped(ReportMail.gzip(twice)))).isEqualTo("an archive in an archive in an archive");
        byte[] zip = ReportMail.zip(new Member("inner.zip", ReportMail.zip(new Member("r.xml", report()))));
        assertThat(fixture.mail(zipped(zip).octets()).getFirst()).isInstanceOf(Outcome.Duplicate.class);
    }

    @Test
    void bombsAreRefusedAndLeaveNothing() throws Exception {
        byte[] bomb = ReportMail.gzip(zeros(48 << 20));
        assertThat(only(gzipped(bomb))).isEqualTo("unpacking makes more than 200 octets of one");
        assertThat(only(gzipped(ReportMail.gzip(bomb)))).isEqualTo("unpacking makes more than 200 octets of one");
        assertThat(only(zipped(ReportMail.zip(new Member("a.xml", zeros(48 << 20))))))
                .isEqualTo("unpacking makes more than 200 octets of one");
        assertThat(fixture.number("SELECT count(*) FROM received_report")).isZero();
    }

    @Test
    void atMostTenMembersOfAZipFileAreLookedAt() throws Exception {
        Member[] members = Stream.concat(
                        Stream.generate(() -> "n").limit(10).map(name -> name + System.nanoTime()),
                        Stream.of("report.xml"))
                .map(name -> new Member(name, name.endsWith(".xml") ? report() : ReportMail.octets("note")))
                .toArray(Member[]::new);

        assertThat(only(zipped(ReportMail.zip(members)))).isEqualTo("no report among the first 10 members");
    }

    @Test
    void namesOfMembersAreNeverPaths() throws Exception {
        byte[] zip = ReportMail.zip(new Member("../../../../tmp/../" + temp + "/written.xml", report()));

        assertThat(only(zipped(zip))).isEqualTo("stored");
        try (Stream<Path> files = java.nio.file.Files.list(temp)) {
            assertThat(files.map(file -> file.getFileName().toString())).allMatch(name -> name.startsWith("store.db"));
        }
    }

    /** Programs on Windows write them in the code page of the system. */
    @Test
    void namesOfMembersMayBeInAnyEncoding() throws Exception {
        byte[] named = ReportMail.zip(StandardCharsets.ISO_8859_1, new Member("r\u0081port.xml", report()));
        assertThat(only(zipped(named))).isEqualTo("stored");
        byte[] stored =
                StoredZip.withDescriptor("rXport.xml", ReportMail.octets(ReportMail.xml("r2", "example.org", 1)));
        String text = new String(stored, StandardCharsets.ISO_8859_1).replace("rXport", "r\u0081port");
        assertThat(only(zipped(ReportMail.octets(text)))).isEqualTo("stored");
    }

    private static byte[] startingWith(String start, String id) {
        return ReportMail.octets(
                start + mail().report(ReportMail.xml(id, "example.org", 1)).text());
    }

    @Test
    void whatProgramsLeaveBeforeAMessageDoesNotMatter() throws Exception {
        List<String> starts =
                List.of("", "\u00ef\u00bb\u00bf", "\r\n\n", ">From a@b.example Thu Sep 24 02:11:00 2026\n");
        for (int i = 0; i < starts.size(); i++) {
            String start = starts.get(i);
            assertThat(fixture.file("saved.eml", startingWith(start, "file" + i)))
                    .singleElement()
                    .isInstanceOf(Outcome.Stored.class);
            assertThat(fixture.receiver().pipe(startingWith(start, "pipe" + i), List.of()))
                    .singleElement()
                    .isInstanceOf(Outcome.Stored.class);
        }
        assertThat(fixture.file(
                        "r.xml", ReportMail.octets("\n\u00ef\u00bb\u00bf" + ReportMail.xml("r9", "example.org", 1))))
                .singleElement()
                .isInstanceOf(Outcome.Stored.class);
    }

    @Test
    void anMboxFileWithinAnArchiveIsNamedAsSuch() throws Exception {
        byte[] mbox = ReportMail.octets("From a@b.example Thu Sep 24 02:11:00 2026\n" + mail().text());
        assertThat(fixture.file("old.mbox.gz", ReportMail.gzip(mbox)).getFirst().describe())
                .isEqualTo(
                        "an mbox file within an archive: save it, unpack it, and give it to countersign reports receive");
    }

    @Test
    void aZipFileWithoutMembersIsRefused() throws Exception {
        byte[] empty = {'P', 'K', 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

        assertThat(only(zipped(empty))).isEqualTo("the ZIP file has no members");
    }

    @Test
    void anEncryptedZipFileIsRefused() throws Exception {
        byte[] zip = ReportMail.zip(new Member("r.xml", report()));
        zip[6] |= 1;

        assertThat(only(zipped(zip))).startsWith("the ZIP file is encrypted: unpack it with its password, and ");
    }

    @Test
    void aStoredMemberWhoseSizeIsOnlyInTheDirectoryIsRead() throws Exception {
        assertThat(only(zipped(StoredZip.withDescriptor("r.xml", report())))).isEqualTo("stored");
    }

    @Test
    void tenThousandPartsEndAtTheLimit() throws Exception {
        ReportMail many = mail();
        for (int i = 0; i < 10_000; i++) {
            many.text("x");
        }

        assertThat(only(many)).startsWith("more than 50 parts, so the others were not read: ");
    }

    @Test
    void aReportBeforeTheLimitCounts() throws Exception {
        ReportMail many = gzipped(ReportMail.gzip(report()));
        for (int i = 0; i < 100; i++) {
            many.text("x");
        }

        List<Outcome> outcomes = fixture.mail(many);

        assertThat(outcomes.getFirst()).isInstanceOf(Outcome.Stored.class);
        assertThat(outcomes.getLast().describe()).startsWith("more than 50 parts");
    }

    @Test
    void partsThatAreNestedTooDeeplyEndTheSearch() throws Exception {
        StringBuilder nested = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            nested.append("Content-Type: multipart/mixed; boundary=b")
                    .append(i)
                    .append("\r\n\r\n--b")
                    .append(i)
                    .append("\r\n");
        }

        assertThat(only(mail().part(nested.toString()))).isEqualTo("parts within parts, deeper than 10");
    }

    @Test
    void messagesWithinMessagesEndToo() throws Exception {
        String inner = "Subject: innermost\r\n\r\nnothing";
        for (int i = 0; i < 30; i++) {
            inner = "Subject: outer\r\nContent-Type: message/rfc822\r\n\r\n" + inner;
        }

        assertThat(only(ReportMail.octets(inner))).isEqualTo("messages within messages, deeper than 10");
    }

    @Test
    void aForwardedReportIsReadAndNotBelievedForTheSakeOfItsForwarder() throws Exception {
        String forwarded = mail().boundary("inner").report(ReportMail.xml()).text();
        ReportMail outer = new ReportMail()
                .field("From", "admin@example.org")
                .results("mx.example.org", "pass", "example.org")
                .part("Content-Type: message/rfc822\r\n\r\n" + forwarded);

        List<Outcome> outcomes = fixture.mail(outer);

        assertThat(outcomes).hasSize(1);
        assertThat(((Outcome.Stored) outcomes.getFirst()).authentication().state())
                .isEqualTo(Authentication.State.NONE);
    }

    @Test
    void aBounceWithOneOfOurReportsIsNoReport() throws Exception {
        ReportMail bounce = mail().multipart("report; report-type=delivery-status")
                .text("undeliverable")
                .part("Content-Type: message/delivery-status\r\n\r\nAction: failed\r\n")
                .part("Content-Type: message/rfc822\r\n\r\n"
                        + mail().boundary("inner").report(ReportMail.xml()).text());

        assertThat(only(bounce)).isEqualTo("a delivery status notification");
    }

    @Test
    void brokenEncodingsAndMissingBoundariesAreSurvived() throws Exception {
        String base64 = Base64.getMimeEncoder().encodeToString(ReportMail.gzip(report()));
        ReportMail stray = mail().part("Content-Type: application/gzip; name=r.xml.gz\r\n"
                + "Content-Transfer-Encoding: base64\r\n\r\n" + base64.replace("\r\n", " !\r\n*"));
        assertThat(only(stray)).isEqualTo("stored");

        byte[] unclosed =
                ReportMail.octets(gzipped(ReportMail.gzip(ReportMail.octets(ReportMail.xml("r2", "example.org", 1))))
                        .text()
                        .replace("--=_b--\r\n", ""));
        assertThat(only(unclosed)).isEqualTo("stored");

        assertThat(only(mail().whole("Content-Type: multipart/mixed", "--x\r\n\r\ntext\r\n")))
                .isEqualTo("no report in the message");
        assertThat(only(ReportMail.octets(""))).isEqualTo("no report in the message");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE"})
    void reportsInWideCharactersAreReadAsAttachmentAsTextAndFromAnArchive(String encoding) throws Exception {
        for (String mark : List.of("", "\uFEFF")) {
            String xml = mark
                    + ReportMail.xml("r" + mark.length(), "example.org", 3)
                            .replace("UTF-8", encoding.substring(0, encoding.length() - 2));
            byte[] octets = xml.getBytes(Charset.forName(encoding));

            assertThat(only(mail().attach("text/xml", "r.xml", octets))).isEqualTo("stored");
            assertThat(fixture.mail(mail().part("Content-Transfer-Encoding: base64\r\n\r\n"
                            + Base64.getMimeEncoder().encodeToString(octets))))
                    .hasOnlyElementsOfType(Outcome.Duplicate.class);
            assertThat(fixture.mail(zipped(ReportMail.zip(new Member("r", octets)))))
                    .hasOnlyElementsOfType(Outcome.Duplicate.class);
        }
    }

    @Test
    void htmlAndPicturesBesideAReportDoNotMatter() throws Exception {
        assertThat(only(mail().part("Content-Type: text/html\r\n\r\n<html><body>Hello</body></html>")
                        .attach("image/png", "logo.png", new byte[] {(byte) 0x89, 'P', 'N', 'G'})
                        .report(ReportMail.xml())))
                .isEqualTo("stored");
        assertThat(only(mail().part("Content-Type: text/html\r\n\r\n<html><body>Hello</body></html>")))
                .isEqualTo("no report in the message");
    }

    @Test
    void aMessageAboveTheLimitIsRefused() throws Exception {
        assertThat(only(ReportMail.concat(mail().octets(), zeros(26 << 20)))).isEqualTo("more than 25 MiB");
    }

    @Test
    void controlCharactersOfAStrangerDoNotReachTheTerminal() throws Exception {
        ReportMail hostile = mail().field("Subject", "\u001b[2J\u0007 hello").text("nothing");

        Outcome outcome = fixture.mail(hostile).getFirst();

        assertThat(outcome.name() + outcome.describe()).matches("[ -~]*");
    }
}

package org.countersign.reports.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.countersign.dkim.DkimLimits;
import org.countersign.dkim.DkimResult;
import org.countersign.dkim.DkimVerification;
import org.countersign.dkim.DkimVerifier;
import org.countersign.dns.MessageLookups;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.reports.document.AggregateReport;
import org.countersign.reports.document.AggregateReportReader;
import org.countersign.reports.document.ReadLimits;
import org.countersign.reports.document.ReadResult;
import org.countersign.reports.document.ReportSchemaValidator;
import org.countersign.reports.document.ReportSource;
import org.countersign.signature.SigningIdentity;
import org.countersign.signing.SigningPolicy;
import org.countersign.store.Store;
import org.countersign.store.StoreLocation;
import org.countersign.syntax.Octets;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the message that carries a report, and in the report. */
class SentReportTest {
    private static final ReportSchemaValidator SCHEMA = new ReportSchemaValidator();
    private static final Instant MORNING =
            PlannedReport.begin(SendFixture.DAY + 1).plusSeconds(7 * 3600);

    @TempDir
    private Path temp;

    private StoreLocation store;

    @BeforeEach
    void prepare() throws Exception {
        store = new StoreLocation.File(temp.resolve("store.db"));
        StoredDay.prepare(store);
    }

    private SendFixture sent(SigningPolicy signing) throws Exception {
        SendFixture sender = new SendFixture(
                store, SendFixture.asking(StaticZone.builder(), "one.example", "mailto:dmarc@one.example"));
        sender.signing = signing;
        try (SendRun run = sender.open("a")) {
            sender.runUntil(run, MORNING);
        }
        return sender;
    }

    private static SigningPolicy key(String domain) {
        return SigningPolicy.ofDomains(List.of(new SigningIdentity(DomainName.of(domain), "s1", TestKeys.RSA)));
    }

    private static byte[] document(String message) throws Exception {
        int from = message.indexOf("\r\n\r\n", message.indexOf("Content-Disposition: attachment")) + 4;
        String base64 = message.substring(from, message.indexOf("\r\n--", from));
        byte[] compressed = Base64.getMimeDecoder().decode(base64);
        // RFC 1952: no time stamp and no file name, so that the same report always has the same octets.
        assertThat(compressed).startsWith(0x1F, 0x8B, 8, 0, 0, 0, 0, 0);
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            return in.readAllBytes();
        }
    }

    private static AggregateReport read(byte[] document) throws Exception {
        List<ReadResult> results =
                new AggregateReportReader(ReadLimits.DEFAULT, InstantSource.system()).read(ReportSource.of(document));
        assertThat(results).hasSize(1);
        ReadResult result = results.getFirst();
        assertThat(result).isInstanceOf(ReadResult.Read.class);
        return ((ReadResult.Read) result).report();
    }

    private static List<DkimResult> verify(String message, String keyName) {
        StaticZone zone = StaticZone.builder()
                .txt(keyName, TestKeys.RSA.publicKeyRecord())
                .build();
        TestMessage parsed = TestMessage.parse(message);
        DkimVerification verification = new DkimVerifier(DkimLimits.DEFAULT, InstantSource.fixed(MORNING))
                .begin(parsed.headers(), new MessageLookups(zone, 100, Instant.MAX), Runnable::run);
        Octets body = parsed.body();
        verification.body(body.toByteArray(), 0, body.length());
        return verification.finish();
    }

    @Test
    void theMessageIsSignedAsciiAndNamedByItsReport() throws Exception {
        StoredDay.add(store, SendFixture.DAY, "one.example", 3, true);
        SendFixture sender = sent(key("reports.example.org"));
        String message = sender.mails.getFirst().text();
        assertThat(verify(message, "s1._domainkey.reports.example.org"))
                .singleElement()
                .isInstanceOf(DkimResult.Pass.class);
        assertThat(message.lines().mapToInt(String::length).max().orElseThrow()).isLessThan(200);
        assertThat(message.chars()).allMatch(c -> c == '\r' || c == '\n' || (c >= ' ' && c < 0x7F));
        String id = StoredDay.query(store, "SELECT report_id FROM report_out").getFirst();
        assertThat(message)
                .contains("\r\nFrom: dmarc-noreply@reports.example.org\r\nTo: dmarc@one.example\r\n")
                .contains("\r\nMessage-ID: <" + id + "@reports.example.org>\r\n")
                .contains("\r\nSubject: Report Domain: one.example\r\n Submitter: reports.example.org\r\n Report-ID: <"
                        + id + ">\r\n")
                .contains("\r\nAuto-Submitted: auto-generated\r\n")
                .contains("\r\n filename=\"reports.example.org!one.example!1778716800!1778803199!" + id
                        + ".xml.gz\"\r\n");
        byte[] document = document(message);
        assertThat(SCHEMA.error(document)).isEmpty();
        AggregateReport report = read(document);
        assertThat(report.reportId()).isEqualTo(id);
        assertThat(report.orgName()).isEqualTo("Example");
        assertThat(report.messages()).isEqualTo(3);
        assertThat(report.remarks()).isEmpty();
    }

    @Test
    void aKeyOfTheDomainAboveSignsAsWell() throws Exception {
        StoredDay.add(store, SendFixture.DAY, "one.example", 1, true);
        SendFixture sender = sent(key("example.org"));
        assertThat(verify(sender.mails.getFirst().text(), "s1._domainkey.example.org"))
                .singleElement()
                .isInstanceOf(DkimResult.Pass.class);
    }

    private List<ReportQueue.Part> compose(ReportComposer.Limits limits) throws Exception {
        try (Store opened = Store.openForWriting(store)) {
            byte[] policyId = StoredDay.policyId("one.example");
            PlannedReport report = new PlannedReport(
                    "firstpart",
                    policyId[0] & 0xFF,
                    SendFixture.DAY,
                    DomainName.of("one.example"),
                    Octets.wrap(policyId),
                    0,
                    0);
            return new ReportComposer(opened, limits).compose(report, SendFixture.SETTINGS, SendFixture.FROM);
        }
    }

    private static byte[] unpacked(ReportQueue.Part part) throws Exception {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(part.body()))) {
            return in.readAllBytes();
        }
    }

    @Test
    void theSameRowsGiveTheSameOctets() throws Exception {
        StoredDay.add(store, SendFixture.DAY, "one.example", 100, true);
        assertThat(compose(ReportComposer.Limits.DEFAULT).getFirst().body())
                .isEqualTo(compose(ReportComposer.Limits.DEFAULT).getFirst().body());
    }

    @Test
    void whatIsTooLargeForOneMessageHasPartsWithIdsOfTheirOwn() throws Exception {
        StoredDay.add(store, SendFixture.DAY, "one.example", 6_000, true);
        List<ReportQueue.Part> parts = compose(new ReportComposer.Limits(50_000, 40_000, Long.MAX_VALUE));
        assertThat(parts).hasSizeGreaterThan(1);
        assertThat(parts).extracting(ReportQueue.Part::reportId).doesNotHaveDuplicates();
        assertThat(parts.stream().mapToLong(ReportQueue.Part::messages).sum()).isEqualTo(6_000);
        for (ReportQueue.Part part : parts) {
            assertThat(SCHEMA.error(unpacked(part))).isEmpty();
            AggregateReport report = read(unpacked(part));
            assertThat(report.messages()).isEqualTo(part.messages());
            assertThat(report.reportId()).isEqualTo(part.reportId());
        }
    }

    @Test
    void rowsBeyondTheLimitAreNamed() throws Exception {
        StoredDay.add(store, SendFixture.DAY, "one.example", 10, true);
        List<ReportQueue.Part> parts = compose(new ReportComposer.Limits(7, 1 << 20, Long.MAX_VALUE));
        assertThat(parts).singleElement().satisfies(part -> {
            assertThat(part.rows()).isEqualTo(7);
            assertThat(part.omitted()).isEqualTo(3);
        });
        assertThat(read(unpacked(parts.getFirst())).error())
                .isEqualTo("3 rows with 3 messages are left out, because there are too many");
    }

    /** A sender can fill 3,500 rows with 12 MB of signatures that do not verify. */
    @Test
    void aSmallHeapHasShorterDocumentsAndLessTextOfStrangers() throws Exception {
        assertThat(ReportComposer.Limits.ofHeap(64 << 20))
                .isEqualTo(new ReportComposer.Limits(50_000, 1 << 20, 16 << 20));
        assertThat(ReportComposer.Limits.ofHeap(1 << 30))
                .isEqualTo(new ReportComposer.Limits(50_000, 10 << 20, 256 << 20));
        StoredDay.add(store, SendFixture.DAY, "one.example", 10, true);
        // Each row counts with more than 100 characters and fewer than 200.
        assertThat(compose(new ReportComposer.Limits(50_000, 1 << 20, 1_000)))
                .singleElement()
                .satisfies(part -> {
                    assertThat(part.rows()).isEqualTo(5);
                    assertThat(part.omitted()).isEqualTo(5);
                });
        assertThat(compose(new ReportComposer.Limits(50_000, 1 << 20, 1))
                        .getFirst()
                        .rows())
                .isEqualTo(1);
    }

    @Test
    void lossesAndErrorsInTheRecordAreNamed() throws Exception {
        StoredDay.add(store, SendFixture.DAY, "one.example", 1, true);
        StoredDay.update(store, "UPDATE report_policy SET remarks = 'rua contains an entry that is not a valid URI'");
        StoredDay.update(
                store, "INSERT INTO report_lost (day, host_id, messages) VALUES (" + SendFixture.DAY + ", 'h', 12)");
        assertThat(read(unpacked(compose(ReportComposer.Limits.DEFAULT).getFirst()))
                        .error())
                .isEqualTo(
                        "rua contains an entry that is not a valid URI; up to 12 messages of this day, of all domains,"
                                + " could not be counted");
    }

    @Test
    void theEncodingsOfARowAreUnderstood() throws Exception {
        StoredDay.add(store, SendFixture.DAY, "one.example", 1, true);
        StoredDay.update(
                store,
                "UPDATE report_row SET envelope_from = '', disposition = 3, aligned = 2, source_ip = '2001:db8::1',"
                        + " reasons = 'local_policy arc=pass as[1].d=a\npolicy_test_mode',"
                        + " auth = 'dkim fail one.example s1\ndkim pass other.example s2\nspf softfail helo.example'");
        byte[] document = unpacked(compose(ReportComposer.Limits.DEFAULT).getFirst());
        assertThat(SCHEMA.error(document)).isEmpty();
        String xml = new String(document, StandardCharsets.UTF_8).replaceAll(">\\s+<", "><");
        assertThat(xml)
                .contains("<source_ip>2001:db8::1</source_ip>")
                .contains("<disposition>reject</disposition><dkim>fail</dkim><spf>pass</spf>")
                .contains("<reason><type>local_policy</type><comment>arc=pass as[1].d=a</comment></reason>")
                .contains("<reason><type>policy_test_mode</type></reason>")
                .containsAnyOf("<envelope_from/>", "<envelope_from></envelope_from>")
                .contains("<selector>s2</selector>")
                .contains("<result>softfail</result>");
    }
}

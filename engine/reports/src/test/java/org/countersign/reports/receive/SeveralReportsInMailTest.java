package org.countersign.reports.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.countersign.reports.receive.ReceiveSettings.DailyLimits;
import org.countersign.reports.receive.ReceiveSettings.Keep;
import org.countersign.reports.receive.ReportMail.Member;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages with several reports: each is stored, or the refusal says that one may be lost. */
class SeveralReportsInMailTest {
    @TempDir
    private Path temp;

    @SuppressWarnings("NullAway.Init")
    private ReceiveFixture fixture;

    @BeforeEach
    void open() {
        fixture = new ReceiveFixture(temp);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private static byte[] report(int number) {
        return ReportMail.octets(ReportMail.xml("r" + number, "example.org", number));
    }

    private static ReportMail mail() {
        return new ReportMail().results("mx.example.org", "pass", "receiver.example");
    }

    private static ReportMail zipped(Member... members) {
        return mail().attach("application/zip", "r.zip", ReportMail.zip(members));
    }

    /** What became of each: its messages, or its name and why it is refused. */
    private List<String> take(ReportMail mail) throws Exception {
        return fixture.mail(mail).stream()
                .map(outcome -> outcome instanceof Outcome.Stored stored
                        ? String.valueOf(stored.messages())
                        : outcome.name() + ": " + outcome.describe())
                .toList();
    }

    @Test
    void eachOfOneDocumentIsStored() throws Exception {
        assertThat(take(mail().attach("text/xml", "r.xml", ReportMail.concat(report(1), report(2)))))
                .containsExactly("1", "2");
    }

    @Test
    void eachOfOneGzipFileIsStored() throws Exception {
        byte[] both = ReportMail.concat(ReportMail.gzip(report(1)), ReportMail.gzip(report(2)));

        assertThat(take(mail().attach("application/gzip", "r.xml.gz", both))).containsExactly("1", "2");
    }

    @Test
    void theOneThatIsCutOffIsNamed() throws Exception {
        byte[] second = Arrays.copyOf(report(2), 400);

        assertThat(take(mail().attach("text/xml", "r.xml", ReportMail.concat(report(1), second))))
                .containsExactly(
                        "1",
                        "r.xml: report 2: broken XML: line 20: the report ends here without its end tag, so it was cut off");
    }

    @Test
    void eachOfAZipFileIsStored() throws Exception {
        assertThat(take(zipped(
                        new Member("readme.txt", ReportMail.octets("reports of yesterday")),
                        new Member("1.xml", report(1)),
                        new Member("logo.svg", ReportMail.octets("<svg/>")),
                        new Member("2.xml.gz", ReportMail.gzip(report(2))))))
                .containsExactly("1", "2");
    }

    @Test
    void aMemberOfAZipFileThatShouldBeAReportIsNamed() throws Exception {
        assertThat(take(zipped(
                        new Member("1.xml", report(1)),
                        new Member("2.xml", ReportMail.octets("<feedback></feedback>")),
                        new Member("3.xml.gz", Arrays.copyOf(ReportMail.gzip(report(3)), 300)))))
                .containsExactly("1", "r.zip: 2.xml: no policy domain", "r.zip: 3.xml.gz: the gzip file is incomplete");
    }

    @Test
    void membersBeyondTheLimitAreNamed() throws Exception {
        Member[] members = IntStream.rangeClosed(1, 12)
                .mapToObj(number -> new Member(number + ".xml", report(number)))
                .toArray(Member[]::new);

        List<String> outcomes = take(zipped(members));

        assertThat(outcomes).hasSize(11).startsWith("1", "2").contains("10");
        assertThat(outcomes.getLast())
                .isEqualTo("r.zip: more than 10 members, so the others were not read: save the archive, and give it to"
                        + " countersign reports receive");
    }

    /** They are in memory until they are stored together. */
    @Test
    void togetherTheyMayBeNoLargerThanOneReport() throws Exception {
        fixture.close();
        fixture.settings = new ReceiveSettings(
                List.of(), List.of(), 1 << 20, DailyLimits.DEFAULT, Keep.DEFAULT, ImapSettings.NONE);
        fixture.receiver();
        String blanks = " ".repeat(600_000);
        ReportMail large = mail();
        for (int number = 1; number <= 3; number++) {
            large.report(ReportMail.xml("r" + number, "example.org", number)
                    .replace("<record>", (number == 3 ? "" : blanks) + "<record>"));
        }

        assertThat(take(large))
                .containsExactly(
                        "1",
                        "receiver.example!example.org!1790121600!1790207999.xml.gz: together with the reports before it"
                                + " more than 1 MiB (reports.receive.max-report-size)",
                        "3");
    }

    @Test
    void partsBeyondTheLimitAreNamed() throws Exception {
        ReportMail many = mail();
        for (int number = 1; number <= 60; number++) {
            many.report(ReportMail.xml("r" + number, "example.org", number));
        }

        List<String> outcomes = take(many);

        assertThat(outcomes).hasSize(51).startsWith("1", "2").contains("50");
        assertThat(outcomes.getLast())
                .isEqualTo("Report Domain: example.org Submitter: receiver.example Report-ID: <r1>: more than 50 parts,"
                        + " so the others were not read: save the message, divide it, and give its attachments to"
                        + " countersign reports receive");
    }
}

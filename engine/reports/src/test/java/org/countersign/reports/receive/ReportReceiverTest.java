package org.countersign.reports.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.countersign.reports.receive.Authentication.State;
import org.countersign.reports.receive.ReceiveSettings.DailyLimits;
import org.countersign.reports.receive.ReportReceiver.Door;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;
import org.countersign.testing.SharedPostgresql;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What is stored, dropped, replaced and refused. */
class ReportReceiverTest {
    private static final String PASS = "pass";

    @RegisterExtension
    static final SharedPostgresql POSTGRESQL = new SharedPostgresql();

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

    private static ReportMail authenticated() {
        return new ReportMail().results("mx.example.org", PASS, "receiver.example");
    }

    private static Outcome.Stored stored(List<Outcome> outcomes) {
        assertThat(outcomes).hasSize(1);
        assertThat(outcomes.getFirst()).isInstanceOf(Outcome.Stored.class);
        return (Outcome.Stored) outcomes.getFirst();
    }

    private static void assertRefused(List<Outcome> outcomes, String reason) {
        assertThat(outcomes).hasSize(1);
        assertThat(outcomes.getFirst()).isInstanceOf(Outcome.Refused.class);
        assertThat(outcomes.getFirst().describe()).isEqualTo(reason);
    }

    @Test
    void aReportIsStoredWithItsRowsAndResults() throws Exception {
        stored(fixture.mail(authenticated().report(ReportMail.xml())));

        assertThat(fixture.texts(
                        "SELECT reporter || ' ' || domain || ' ' || auth || ' ' || schema || ' ' || p || ' ' ||"
                                + " report_id || ' ' || messages || ' ' || got_at FROM received_report"))
                .containsExactly("receiver.example example.org pass rfc9990 none r1 3 1790330400");
        assertThat(fixture.texts("SELECT n || ' ' || day || ' ' || source_ip || ' ' || messages || ' ' || disposition"
                        + " || ' ' || aligned || ' ' || header_from FROM received_row"))
                .containsExactly("1 20719 192.0.2.10 3 0 1 example.org");
        assertThat(fixture.texts("SELECT k || ' ' || kind || ' ' || domain || ' ' || selector || ' ' || result"
                        + " FROM received_auth ORDER BY k"))
                .containsExactly("0 dkim example.org s1 pass", "1 spf example.net  pass");
    }

    @Test
    void theSameReportTwiceIsOneWhateverArchiveItComesIn() throws Exception {
        stored(fixture.mail(authenticated().report(ReportMail.xml())));

        List<Outcome> again = fixture.mail(authenticated()
                .attach(
                        "application/zip",
                        "r.zip",
                        ReportMail.zip(new ReportMail.Member("r.xml", ReportMail.octets(ReportMail.xml() + "\n")))));

        assertThat(again.getFirst()).isInstanceOf(Outcome.Duplicate.class);
        assertThat(fixture.number("SELECT count(*) FROM received_row")).isEqualTo(1);
    }

    @Test
    void anEqualKeyWithOtherContentReplacesWithARemark() throws Exception {
        stored(fixture.mail(authenticated().report(ReportMail.xml("r1", "example.org", 3))));

        Outcome.Stored second = stored(fixture.mail(authenticated().report(ReportMail.xml("r1", "example.org", 5))));

        assertThat(second.replaced()).isTrue();
        assertThat(second.remarks())
                .containsExactly("replaces an earlier report with the same id and period, but other content");
        assertThat(fixture.number("SELECT sum(messages) FROM received_row")).isEqualTo(5);
        assertThat(fixture.number("SELECT count(*) FROM received_auth")).isEqualTo(2);
    }

    @Test
    void aStrangerNeverReplacesTheReportOfTheReporterWhoseNameItUses() throws Exception {
        stored(fixture.mail(authenticated().report(ReportMail.xml("r1", "example.org", 3))));

        Outcome.Stored forged = stored(fixture.mail(new ReportMail()
                .field("From", "dmarc@stranger.example")
                .results("mx.example.org", "none", "stranger.example")
                .report(ReportMail.xml("r1", "example.org", 50_000))));

        assertThat(forged.replaced()).isFalse();
        assertThat(forged.authentication().state()).isEqualTo(State.NONE);
        assertThat(fixture.texts("SELECT messages || ' ' || auth FROM received_report ORDER BY messages"))
                .containsExactly("3 pass", "50000 none");
    }

    private static ReportMail ofAnother() {
        return new ReportMail()
                .field("From", "dmarc@another.example")
                .results("mx.example.org", PASS, "another.example");
    }

    @Test
    void anAuthenticatedReporterNeverReplacesTheReportOfAnotherOne() throws Exception {
        stored(fixture.mail(authenticated().report(ReportMail.xml("r1", "example.org", 3))));

        Outcome.Stored other = stored(fixture.mail(ofAnother().report(ReportMail.xml("r1", "example.org", 7))));

        assertThat(other.replaced()).isFalse();
        assertThat(fixture.texts("SELECT reporter || ' ' || messages FROM received_report ORDER BY reporter"))
                .containsExactly("another.example 7", "receiver.example 3");
    }

    @Test
    void aCopyThatAnotherOneSendsBeforeNeverStandsForTheReport() throws Exception {
        stored(fixture.mail(ofAnother().report(ReportMail.xml("r1", "example.org", 3))));
        stored(fixture.mail(authenticated().report(ReportMail.xml("r1", "example.org", 3))));
        assertThat(fixture.texts("SELECT reporter FROM received_report")).containsExactly("receiver.example");

        assertThat(fixture.mail(ofAnother().report(ReportMail.xml("r1", "example.org", 3)))
                        .getFirst())
                .isInstanceOf(Outcome.Duplicate.class);
        stored(fixture.mail(ofAnother().report(ReportMail.xml("r1", "example.org", 7))));

        assertThat(fixture.texts("SELECT reporter || ' ' || messages FROM received_report ORDER BY reporter"))
                .containsExactly("another.example 7", "receiver.example 3");
    }

    @Test
    void aReportGivenByHandAndThenByMailIsOne() throws Exception {
        stored(fixture.file("r.xml", ReportMail.octets(ReportMail.xml())));

        Outcome.Stored byMail = stored(fixture.mail(authenticated().report(ReportMail.xml())));

        assertThat(byMail.replaced()).isTrue();
        assertThat(fixture.texts("SELECT auth FROM received_report")).containsExactly(PASS);
        assertThat(fixture.file("r.xml", ReportMail.octets(ReportMail.xml())).getFirst())
                .isInstanceOf(Outcome.Duplicate.class);
    }

    @Test
    void aReportAboutAnotherDomainIsRefused() throws Exception {
        assertRefused(
                fixture.mail(authenticated().report(ReportMail.xml("r1", "example.net", 3))),
                "not about us: example.net is none of our domains (protect, signing.keys, reports.receive.about)");
        assertThat(fixture.texts("SELECT sender || ' ' || times FROM received_refused"))
                .containsExactly("dmarc@receiver.example 1");
        assertThat(fixture.number("SELECT count(*) FROM received_report")).isZero();
    }

    @Test
    void aReportAboutASubdomainIsAboutUs() throws Exception {
        assertThat(stored(fixture.mail(authenticated().report(ReportMail.xml("r1", "news.example.org", 3))))
                        .domain())
                .isEqualTo("news.example.org");
    }

    @Test
    void likeRefusalsOfASenderAreOneRowADay() throws Exception {
        ReportMail unused =
                authenticated().attach("application/gzip", "r.xml.gz", ReportMail.gzip(ReportMail.octets("unused")));
        fixture.mail(unused);
        fixture.clock.advance(Duration.ofHours(1));
        fixture.mail(unused);
        fixture.clock.advance(Duration.ofDays(1));
        fixture.mail(unused);

        assertThat(fixture.texts("SELECT times || ' ' || why FROM received_refused ORDER BY at"))
                .containsExactly(
                        "2 not XML: the content begins with `unused`", "1 not XML: the content begins with `unused`");
    }

    @Test
    void refusalsOfADayAreBounded() throws Exception {
        for (int i = 0; i < 1100; i++) {
            fixture.mail(
                    authenticated().field("From", "a" + i + "@receiver.example").text("nothing"));
        }

        assertThat(fixture.number("SELECT count(*) FROM received_refused")).isEqualTo(1001);
        assertThat(fixture.number("SELECT sum(times) FROM received_refused")).isEqualTo(1100);
        assertThat(fixture.number("SELECT times FROM received_refused WHERE sender = ''"))
                .isEqualTo(100);
    }

    @Test
    void aReporterHasALimitADayAndStrangersHaveOneTogether() throws Exception {
        fixture.settings = new ReceiveSettings(
                List.of(),
                List.of(),
                32L << 20,
                new DailyLimits(2, 500_000, 1),
                ReceiveSettings.Keep.DEFAULT,
                ImapSettings.NONE);
        fixture.receiver();
        stored(fixture.mail(authenticated().report(ReportMail.xml("r1", "example.org", 1))));
        stored(fixture.mail(authenticated().report(ReportMail.xml("r2", "example.org", 1))));
        assertRefused(
                fixture.mail(authenticated().report(ReportMail.xml("r3", "example.org", 1))),
                "more than 2 reports of this reporter today (reports.receive.max-reports-per-reporter)");
        assertThat(fixture.mail(authenticated().report(ReportMail.xml("r1", "example.org", 1)))
                        .getFirst())
                .isInstanceOf(Outcome.Duplicate.class);

        ReportMail stranger = new ReportMail().results("mx.example.org", "fail", "receiver.example");
        stored(fixture.mail(stranger.report(ReportMail.xml("s1", "example.org", 1))));
        assertRefused(
                fixture.mail(new ReportMail()
                        .field("From", "x@other.example")
                        .results("mx.example.org", "none", "other.example")
                        .report(ReportMail.xml("s2", "example.org", 1))),
                "more than 1 reports today from senders that are not authenticated"
                        + " (reports.receive.max-unauthenticated)");

        fixture.clock.advance(Duration.ofDays(1));
        stored(fixture.mail(authenticated().report(ReportMail.xml("r3", "example.org", 1))));
    }

    @Test
    void whatIsTooOldIsRemovedAsOthersCome() throws Exception {
        stored(fixture.mail(authenticated().report(ReportMail.xml("r1", "example.org", 1))));
        fixture.mail(authenticated().text("nothing"));
        // A jump of the clock is believed after a day: it could be years ahead for an hour.
        fixture.clock.advance(Duration.ofDays(401));
        fixture.mail(authenticated().text("nothing"));
        assertThat(fixture.number("SELECT count(*) FROM received_report")).isEqualTo(1);
        assertThat(fixture.number("SELECT count(*) FROM received_refused")).isEqualTo(2);
        fixture.clock.advance(Duration.ofDays(1));

        stored(fixture.mail(
                authenticated().report(ReportMail.xml("receiver.example", "r2", "example.org", 1_824_768_000L, 1))));

        assertThat(fixture.texts("SELECT report_id FROM received_report")).containsExactly("r2");
        assertThat(fixture.number("SELECT count(*) FROM received_row")).isEqualTo(1);
        assertThat(fixture.number("SELECT count(*) FROM received_refused")).isEqualTo(1);
    }

    @Test
    void mailToTheEnvelopeSenderOfAReportIsABounce() throws Exception {
        fixture.bounces.add("dmarc-noreply+b123@reports.example.org");

        List<Outcome> outcomes = fixture.receiver()
                .message(
                        authenticated().report(ReportMail.xml()).octets(),
                        List.of("dmarc-noreply+b123@reports.example.org"),
                        Door.MAIL);

        assertThat(outcomes.getFirst()).isInstanceOf(Outcome.Returned.class);
        assertThat(fixture.number("SELECT count(*) FROM received_report")).isZero();
    }

    @Test
    void theRecipientOfABounceIsAlsoFoundInTheHeader() throws Exception {
        fixture.bounces.add("dmarc-noreply+b123@reports.example.org");

        assertThat(fixture.mail(new ReportMail()
                                .onTop("Delivered-To: dmarc-noreply+b123@reports.example.org")
                                .text("your mail"))
                        .getFirst())
                .isInstanceOf(Outcome.Returned.class);
    }

    @Test
    void aStoreThatIsAwayIsAFailureAndNotARefusal() throws Exception {
        Path directory = temp.resolve("later");
        try (ReceiveFixture later = new ReceiveFixture(directory)) {
            byte[] message = authenticated().report(ReportMail.xml()).octets();
            assertThatThrownBy(() -> later.mail(message)).isInstanceOf(StoreFailure.class);

            Files.createDirectory(directory);
            stored(later.mail(message));
        }
    }

    @Test
    void whatIsStoredIsTheSameInPostgresql() throws Exception {
        StoreLocation location = POSTGRESQL.newDatabase("received");
        try (ReceiveFixture shared = new ReceiveFixture(location)) {
            stored(shared.mail(authenticated().report(ReportMail.xml("r1", "example.org", 3))));
            stored(shared.mail(authenticated().report(ReportMail.xml("r1", "example.org", 4))));
            assertThat(shared.mail(authenticated().report(ReportMail.xml("r1", "example.org", 4)))
                            .getFirst())
                    .isInstanceOf(Outcome.Duplicate.class);
            shared.mail(authenticated().text("nothing"));
            shared.mail(authenticated().text("nothing"));

            assertThat(shared.number("SELECT sum(messages) FROM received_row")).isEqualTo(4);
            assertThat(shared.number("SELECT times FROM received_refused")).isEqualTo(2);
        }
    }
}

package org.countersign.reports.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.AddressPattern;
import org.countersign.signing.SigningPolicy;
import org.countersign.store.Store;
import org.countersign.store.StoreLocation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the reports of a day, from the rows in the store to the answer of the mail server. */
class ReportSendingTest {
    private static final String BOX = "dmarc@one.example";
    private static final Instant EVENING =
            PlannedReport.begin(SendFixture.DAY + 1).plus(Duration.ofHours(8));

    @TempDir
    private Path temp;

    private StoreLocation store;
    private StaticZone.Builder zone;

    @BeforeEach
    void prepare() throws Exception {
        store = new StoreLocation.File(temp.resolve("store.db"));
        StoredDay.prepare(store);
        zone = StaticZone.builder();
    }

    private SendFixture sender() {
        return new SendFixture(store, zone);
    }

    private void policy(String domain, String rua, int rows) throws Exception {
        SendFixture.asking(zone, domain, rua);
        StoredDay.add(store, SendFixture.DAY, domain, rows, true);
    }

    @Test
    void sendsOneReportForEachPolicySpreadOverTheHours() throws Exception {
        for (int i = 0; i < 10; i++) {
            policy("d" + i + ".example", "mailto:dmarc@d" + i + ".example", 1 + i);
        }
        SendFixture sender = sender();
        try (SendRun run = sender.open("a")) {
            sender.runUntil(run, EVENING);
        }
        assertThat(sender.mails).hasSize(10);
        assertThat(sender.mails.getFirst().recipient()).hasToString("dmarc@d9.example");
        List<Instant> times =
                sender.mails.stream().map(SendFixture.Mail::at).sorted().toList();
        for (int i = 1; i < times.size(); i++) {
            assertThat(Duration.between(times.get(i - 1), times.get(i))).isGreaterThan(Duration.ofMinutes(25));
        }
        assertThat(times.getLast())
                .isBefore(PlannedReport.begin(SendFixture.DAY + 1).plus(Duration.ofHours(6)));
        assertThat(sender.eventNames()).startsWith("reports-planned");
        assertThat(sender.events)
                .filteredOn(event -> event.name().equals("reports-sent"))
                .singleElement()
                .satisfies(event -> assertThat(event.pairs()).containsEntry("sent", 10L));
        assertThat(sender.metrics.total(SendMetrics.PLANNED)).isEqualTo(10);
    }

    @Test
    void sendsNothingBeforeTheDayIsComplete() throws Exception {
        policy("one.example", "mailto:" + BOX, 1);
        Instant midnight = PlannedReport.begin(SendFixture.DAY + 1);
        StoredDay.host(store, "mx1", midnight.getEpochSecond(), midnight.getEpochSecond() - 60);
        SendFixture sender = sender();
        sender.clock.set(midnight.plus(Duration.ofMinutes(1)));
        try (SendRun run = sender.open("a")) {
            sender.runUntil(run, midnight.plus(Duration.ofHours(2)));
            assertThat(sender.reports()).isEmpty();
            StoredDay.host(store, "mx1", midnight.getEpochSecond(), midnight.getEpochSecond() + 60);
            sender.runUntil(run, EVENING);
        }
        assertThat(sender.deliveries()).containsExactly(BOX + " sent");
    }

    @Test
    void waitsAtMostSixHoursForAHost() throws Exception {
        policy("one.example", "mailto:" + BOX, 1);
        Instant midnight = PlannedReport.begin(SendFixture.DAY + 1);
        StoredDay.host(store, "mx1", midnight.getEpochSecond(), midnight.getEpochSecond() - 60);
        SendFixture sender = sender();
        try (SendRun run = sender.open("a")) {
            sender.runUntil(run, midnight.plus(Duration.ofHours(6)));
            assertThat(sender.reports()).isEmpty();
            sender.runUntil(run, midnight.plus(Duration.ofHours(8)));
        }
        // The hours of sending are over, so the reports of this day wait for the next ones.
        assertThat(sender.reports()).hasSize(1);
    }

    @Test
    void aHostThatDoesNotKnowItsNameIsNamedByItsId() throws Exception {
        Instant midnight = PlannedReport.begin(SendFixture.DAY + 1);
        StoredDay.host(store, "4711", midnight.getEpochSecond(), midnight.getEpochSecond() - 60);
        StoredDay.update(store, "UPDATE report_host SET name = ''");
        try (Store opened = Store.openForWriting(store)) {
            assertThat(new DayPlanner(opened, PublicSuffixList.bundled())
                            .readiness(SendFixture.DAY, midnight.plus(Duration.ofHours(1))))
                    .isEqualTo(new DayPlanner.Readiness.Waiting(
                            midnight.plus(Duration.ofHours(6)), "these hosts have not stored all of it: 4711"));
        }
    }

    @Test
    void sendsNothingAboutMailThatIsNoReason() throws Exception {
        SendFixture.asking(zone, "one.example", "mailto:" + BOX);
        StoredDay.add(store, SendFixture.DAY, "one.example", 3, false);
        SendFixture sender = sender();
        try (SendRun run = sender.open("a")) {
            sender.runUntil(run, EVENING);
        }
        assertThat(sender.reports()).isEmpty();
    }

    @Test
    void honoursThatAnAddressWasWithdrawnSince() throws Exception {
        zone.txt("_dmarc.one.example", "v=DMARC1; p=none");
        StoredDay.add(store, SendFixture.DAY, "one.example", 3, true);
        SendFixture sender = sender();
        try (SendRun run = sender.open("a")) {
            sender.runUntil(run, EVENING);
        }
        assertThat(sender.reports()).containsExactly("one.example dropped the record names no address");
    }

    @Test
    void triesAgainWhenTheDnsDoesNotAnswer() throws Exception {
        zone.failure("_dmarc.one.example", RecordType.TXT, DnsAnswer.Failure.SERVER_FAILURE);
        StoredDay.add(store, SendFixture.DAY, "one.example", 3, true);
        SendFixture sender = sender();
        Instant planned;
        try (SendRun run = sender.open("a")) {
            run.pass(sender.policy());
            planned = sender.clock.instant();
            sender.runUntil(run, EVENING);
        }
        assertThat(sender.reports()).singleElement().asString().startsWith("one.example dropped the record of");
        assertThat(StoredDay.query(store, "SELECT attempt FROM report_out")).containsExactly("3");
        assertThat(sender.clock.instant()).isAfter(planned);
    }

    @Test
    void aRefusalSuppressesTheAddressForAWeekThenFourThenThirteen() throws Exception {
        policy("one.example", "mailto:" + BOX, 1);
        SendFixture sender = sender();
        sender.answers.put(BOX, new Submission.Refused("550 5.1.1 no such user"));
        try (SendRun run = sender.open("a")) {
            sender.runUntil(run, EVENING);
            assertThat(sender.deliveries()).containsExactly(BOX + " failed");
            List<Long> days = new ArrayList<>();
            for (int failure = 0; failure < 4; failure++) {
                long until = Long.parseLong(StoredDay.query(store, "SELECT until FROM report_suppression")
                        .getFirst());
                days.add(Duration.between(sender.clock.instant(), Instant.ofEpochSecond(until))
                        .plusHours(8)
                        .toDays());
                long day = PlannedReport.dayOf(Instant.ofEpochSecond(until));
                StoredDay.add(store, day, "one.example", 1, true);
                sender.clock.set(PlannedReport.begin(day + 1).plus(Duration.ofMinutes(31)));
                sender.runUntil(run, PlannedReport.begin(day + 1).plus(Duration.ofHours(8)));
            }
            assertThat(days).containsExactly(7L, 28L, 90L, 90L);
        }
        assertThat(sender.eventNames()).contains("report-failed");
        assertThat(sender.mails).isEmpty();
    }

    @Test
    void aSuppressedAddressGetsNothing() throws Exception {
        policy("one.example", "mailto:" + BOX, 1);
        StoredDay.update(
                store,
                "INSERT INTO report_suppression (address, until, times, why) VALUES ('" + BOX
                        + "', 9999999999, 1, '')");
        SendFixture sender = sender();
        try (SendRun run = sender.open("a")) {
            sender.runUntil(run, EVENING);
        }
        assertThat(sender.deliveries()).containsExactly(BOX + " suppressed");
    }

    @Test
    void aTemporaryRefusalIsTriedAgainAfterGrowingPausesForTwoDays() throws Exception {
        policy("one.example", "mailto:" + BOX, 1);
        SendFixture sender = sender();
        sender.answers.put(BOX, new Submission.Postponed("451 4.7.1 try again later"));
        List<Long> minutes = new ArrayList<>();
        try (SendRun run = sender.open("a")) {
            Instant last = sender.clock.instant();
            int attempts = 0;
            while (!sender.deliveries().contains(BOX + " expired")) {
                Instant at = sender.clock.instant();
                Instant next = run.pass(sender.policy());
                int now =
                        Integer.parseInt(StoredDay.query(store, "SELECT coalesce(max(attempt), 0) FROM report_delivery")
                                .getFirst());
                if (now > attempts) {
                    attempts = now;
                    minutes.add(Duration.between(last, at).toMinutes());
                    last = at;
                }
                sender.clock.set(next);
            }
        }
        assertThat(minutes.subList(1, minutes.size())).containsExactly(15L, 60L, 240L, 720L, 720L, 720L, 720L);
        assertThat(sender.deliveries()).containsExactly(BOX + " expired");
        assertThat(StoredDay.query(store, "SELECT count(*) FROM report_suppression"))
                .containsExactly("0");
    }

    @Test
    void aServerThatIsAwayIsReportedOnceAndUsedWhenItComes() throws Exception {
        policy("one.example", "mailto:" + BOX, 2);
        policy("two.example", "mailto:dmarc@two.example", 1);
        SendFixture sender = sender();
        sender.answers.put(BOX, new Submission.Unreachable("127.0.0.1:25: Connection refused"));
        sender.answers.put("dmarc@two.example", new Submission.Unreachable("127.0.0.1:25: Connection refused"));
        try (SendRun run = sender.open("a")) {
            sender.runUntil(run, sender.clock.instant().plus(Duration.ofMinutes(40)));
            assertThat(sender.deliveries()).containsExactly(BOX + " waiting");
            assertThat(sender.eventNames().stream().filter("reports-not-sent"::equals))
                    .hasSizeBetween(1, 4);
            sender.answers.clear();
            sender.runUntil(run, EVENING);
        }
        assertThat(sender.deliveries()).containsExactly(BOX + " sent", "dmarc@two.example sent");
        assertThat(sender.eventNames()).contains("reports-sent-again");
    }

    @Test
    void sendsNothingUnsigned() throws Exception {
        policy("one.example", "mailto:" + BOX, 1);
        SendFixture sender = sender();
        sender.signing = SigningPolicy.NOTHING;
        try (SendRun run = sender.open("a")) {
            sender.runUntil(run, EVENING);
        }
        assertThat(sender.mails).isEmpty();
        assertThat(sender.events)
                .filteredOn(event -> event.name().equals("reports-not-sent"))
                .first()
                .satisfies(event -> assertThat(String.valueOf(event.pairs().get("problem")))
                        .startsWith("no key signs mail of dmarc-noreply@reports.example.org: add one"));
    }

    @Test
    void aReportThatWasAcceptedButNotNotedIsSentAgainWithTheSameId() throws Exception {
        policy("one.example", "mailto:" + BOX, 1);
        SendFixture sender = sender();
        class Killed extends Error {
            private static final long serialVersionUID = 1;
        }
        try (SendRun run = SendRun.open(
                store,
                "killed",
                (server, from, to, message) -> {
                    sender.submit(server, from, to, message);
                    throw new Killed();
                },
                sender.clock,
                new Random(1),
                new SendLog(sender.events::add),
                new SendMetrics(sender.metrics),
                new Dispatcher.Memory(),
                sender.failed,
                () -> false)) {
            sender.runUntil(run, EVENING);
        } catch (Killed kill) {
            // As kill -9 between the reply 250 and its note.
        }
        assertThat(sender.mails).hasSize(1);
        assertThat(sender.deliveries()).containsExactly(BOX + " waiting");
        try (SendRun run = sender.open("next")) {
            run.pass(sender.policy());
            assertThat(sender.mails).hasSize(1);
            sender.runUntil(run, EVENING);
        }
        assertThat(sender.mails).hasSize(2);
        assertThat(sender.mails.get(0).messageId())
                .isEqualTo(sender.mails.get(1).messageId());
        assertThat(sender.mails.get(0).sender()).isEqualTo(sender.mails.get(1).sender());
        assertThat(sender.deliveries()).containsExactly(BOX + " sent");
    }

    @Test
    void aBounceSuppressesTheAddressOnce() throws Exception {
        policy("one.example", "mailto:" + BOX, 1);
        SendFixture sender = sender();
        try (SendRun run = sender.open("a")) {
            sender.runUntil(run, EVENING);
        }
        String local = sender.mails.getFirst().sender().localPart();
        assertThat(local).startsWith("dmarc-noreply+b");
        String token = local.substring(local.indexOf(Bounces.MARK) + Bounces.MARK.length());
        try (Store opened = Store.openForWriting(store)) {
            Bounces bounces = new Bounces(opened);
            assertThat(bounces.accept("aaaaaaaaaaaaaaaaaaaa", EVENING)).isEqualTo(Bounces.Result.UNKNOWN);
            assertThat(bounces.accept("'; DROP TABLE", EVENING)).isEqualTo(Bounces.Result.UNKNOWN);
            assertThat(bounces.accept(token.toUpperCase(Locale.ROOT), EVENING)).isEqualTo(Bounces.Result.SUPPRESSED);
            assertThat(bounces.accept(token, EVENING)).isEqualTo(Bounces.Result.KNOWN);
        }
        assertThat(sender.deliveries()).containsExactly(BOX + " failed");
        assertThat(StoredDay.query(store, "SELECT address, times FROM report_suppression"))
                .containsExactly(BOX + " 1");
    }

    @Test
    void obeysTheLimitsForAnAddressAnOrganizationAndADay() throws Exception {
        zone.txt("*._report._dmarc.processor.example", "v=DMARC1");
        for (int i = 0; i < 6; i++) {
            policy("s" + i + ".wild.example", "mailto:box@wild.example,mailto:a@processor.example", 1);
            zone.txt("s" + i + ".wild.example._report._dmarc.processor.example", "v=DMARC1");
        }
        zone.txt("_dmarc.wild.example", "v=DMARC1; p=none");
        policy("other.example", "mailto:box@other.example", 1);
        policy("last.example", "mailto:box@last.example", 1);
        SendFixture sender = sender();
        sender.settings = SendFixture.with(SendSettings.OFF.choice(), new SendSettings.Limits(5, 2, 3));
        try (SendRun run = sender.open("a")) {
            sender.runUntil(run, EVENING);
        }
        assertThat(sender.reports()).hasSize(5);
        assertThat(sender.deliveries().stream().filter(line -> line.startsWith("box@wild.example")))
                .hasSize(2);
        assertThat(sender.deliveries()).hasSizeLessThanOrEqualTo(5);
        assertThat(sender.events.getFirst().pairs()).containsKeys("omitted-organization-limit", "omitted-day-limit");
    }

    @Test
    void leavesOutWhatTheOperatorExcludes() throws Exception {
        policy("one.example", "mailto:" + BOX, 1);
        policy("two.example", "mailto:dmarc@two.example", 5);
        policy("three.example", "mailto:dmarc@three.example", 5);
        SendFixture sender = sender();
        sender.settings = SendFixture.with(
                new SendSettings.Choice(
                        List.of(new AddressPattern.Any()),
                        List.of(AddressPattern.parse("two.example").orElseThrow()),
                        List.of(AddressPattern.parse("dmarc@three.example").orElseThrow()),
                        2,
                        true),
                SendSettings.OFF.limits());
        try (SendRun run = sender.open("a")) {
            sender.runUntil(run, EVENING);
        }
        assertThat(sender.mails).isEmpty();
        assertThat(sender.reports()).containsExactly("three.example dropped reports.send.not-to excludes an address");
        assertThat(sender.events.getFirst().pairs())
                .containsEntry("omitted-not-about", 1L)
                .containsEntry("omitted-few-messages", 1L);
    }

    @Test
    void keepsAGapBetweenMessagesToOneDomain() throws Exception {
        StaticZone.Builder same = zone;
        for (int i = 0; i < 5; i++) {
            SendFixture.asking(same, "s" + i + ".one.example", "mailto:" + BOX);
            StoredDay.add(store, SendFixture.DAY, "s" + i + ".one.example", 1, true);
        }
        zone.txt("_dmarc.one.example", "v=DMARC1; p=none");
        SendFixture sender = sender();
        try (SendRun run = sender.open("a")) {
            StoredDay.update(store, "UPDATE report_out SET next_at = 0");
            run.pass(sender.policy());
            StoredDay.update(store, "UPDATE report_out SET next_at = 0");
            sender.runUntil(run, EVENING);
        }
        List<Instant> times =
                sender.mails.stream().map(SendFixture.Mail::at).sorted().toList();
        assertThat(times).hasSize(5);
        for (int i = 1; i < times.size(); i++) {
            assertThat(Duration.between(times.get(i - 1), times.get(i))).isGreaterThanOrEqualTo(Dispatcher.SPACING);
        }
    }

    @Test
    void forgetsDocumentsAfterAMonth() throws Exception {
        policy("one.example", "mailto:" + BOX, 1);
        SendFixture sender = sender();
        try (SendRun run = sender.open("a")) {
            sender.runUntil(run, EVENING);
            assertThat(StoredDay.query(store, "SELECT count(body) FROM report_out"))
                    .containsExactly("1");
            sender.clock.set(PlannedReport.begin(SendFixture.DAY + 40));
            run.pass(sender.policy());
        }
        assertThat(StoredDay.query(store, "SELECT count(body), count(*) FROM report_out"))
                .containsExactly("0 1");
    }
}

package org.countersign.reports.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.countersign.signing.SigningPolicy;
import org.countersign.store.Store;
import org.junit.jupiter.api.Test;

/** What becomes of a report that the mail server does not take, or that comes back. */
class FailedDeliveryTest extends SendingTestBase {
    @Test
    void aRefusalSuppressesTheAddressForAWeekThenFourThenThirteen() throws Exception {
        publish("one.example", "mailto:" + BOX, 1);
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
        publish("one.example", "mailto:" + BOX, 1);
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
        publish("one.example", "mailto:" + BOX, 1);
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
        publish("one.example", "mailto:" + BOX, 2);
        publish("two.example", "mailto:dmarc@two.example", 1);
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
        publish("one.example", "mailto:" + BOX, 1);
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
        publish("one.example", "mailto:" + BOX, 1);
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
        publish("one.example", "mailto:" + BOX, 1);
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
}

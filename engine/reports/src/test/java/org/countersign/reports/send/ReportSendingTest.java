package org.countersign.reports.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.RecordType;
import org.countersign.store.Store;
import org.junit.jupiter.api.Test;

/** When the reports of a day are sent, from the rows in the store to the answer of the mail server. */
class ReportSendingTest extends SendingTestBase {
    @Test
    void sendsOneReportForEachPolicySpreadOverTheHours() throws Exception {
        for (int i = 0; i < 10; i++) {
            publish("d" + i + ".example", "mailto:dmarc@d" + i + ".example", 1 + i);
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
        publish("one.example", "mailto:" + BOX, 1);
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
        publish("one.example", "mailto:" + BOX, 1);
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
    void forgetsDocumentsAfterAMonth() throws Exception {
        publish("one.example", "mailto:" + BOX, 1);
        SendFixture sender = sender();
        try (SendRun run = sender.open("a")) {
            sender.runUntil(run, EVENING);
            assertThat(StoredDay.query(store, "SELECT count(body) FROM report_out"))
                    .containsExactly("1");
            // A jump of the clock is believed after a day.
            for (int days = 39; days <= 40; days++) {
                sender.clock.set(PlannedReport.begin(SendFixture.DAY + days));
                run.pass(sender.policy());
            }
        }
        assertThat(StoredDay.query(store, "SELECT count(body), count(*) FROM report_out"))
                .containsExactly("0 1");
    }
}

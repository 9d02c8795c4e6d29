package org.countersign.reports.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.reports.collect.JudgedMail;
import org.countersign.reports.failure.FailedMessages;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.testing.DeadlineDns;
import org.countersign.testing.SteppingClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reports are sent, and sent once, although somebody sets the clock of the host while it runs. */
class SetClockTest extends SendingTestBase {
    private static final Duration STEP = Duration.ofMinutes(5);

    private final SteppingClock clock = new SteppingClock();

    @BeforeEach
    void waitForTheEndOfTheDay() {
        clock.advance(Duration.between(
                clock.instant(), PlannedReport.begin(SendFixture.DAY + 1).plus(Duration.ofMinutes(31))));
    }

    /** A sender with this clock, whose DNS client answers only before a deadline of the monotonic clock. */
    private SendFixture sender(StaticZone.Builder records) {
        SendFixture sender = new SendFixture(store, records);
        sender.clock.set(clock.instant());
        sender.dns = new DeadlineDns(sender.dns, clock);
        sender.failed = new FailureReports.Memory(clock);
        return sender;
    }

    private void run(SendFixture sender, SendRun run, Duration time) throws StoreFailure {
        for (Duration left = time; left.isPositive(); left = left.minus(STEP)) {
            sender.clock.set(clock.instant());
            run.pass(sender.policy());
            clock.advance(STEP);
        }
    }

    /** Lets time pass until there is a delivery: the reports of a day are sent by the morning. */
    private void runUntilDelivery(SendFixture sender, SendRun run) throws Exception {
        while (sender.deliveries().isEmpty()) {
            run(sender, run, STEP);
        }
    }

    private static void assertSentOnce(SendFixture sender) throws Exception {
        assertThat(sender.deliveries()).containsExactly(BOX + " sent");
        assertThat(sender.mails).hasSize(1);
    }

    @Test
    void aClockThatIsSetBackDoesNotEndTheLookups() throws Exception {
        publish("one.example", "mailto:" + BOX, 1);
        clock.advance(Duration.ofHours(6));
        clock.step(Duration.ofHours(-6));
        SendFixture sender = sender(zone);
        try (SendRun run = sender.open("a", clock)) {
            run(sender, run, Duration.ofHours(8));
        }
        assertSentOnce(sender);
    }

    @Test
    void daysArePlannedAgainAfterAnExcursionOfTheClock() throws Exception {
        SendFixture sender = sender(zone);
        try (SendRun run = sender.open("a", clock)) {
            clock.step(Duration.ofDays(30));
            run(sender, run, Duration.ofMinutes(5));
            clock.step(Duration.ofDays(-30));
            publish("one.example", "mailto:" + BOX, 1);
            sender.dns = new DeadlineDns(zone.build(), clock);
            run(sender, run, Duration.ofHours(8));
        }
        assertSentOnce(sender);
    }

    @Test
    void aPlannedReportWaitsWhileTheClockIsTooFarAhead() throws Exception {
        publish("one.example", "mailto:" + BOX, 1);
        SendFixture sender = sender(zone);
        try (SendRun run = sender.open("a", clock)) {
            run(sender, run, STEP);
            assertThat(sender.reports()).containsExactly("one.example planned ");
            clock.step(Duration.ofDays(4000));
            run(sender, run, Duration.ofHours(1));
            assertThat(sender.mails).isEmpty();
            clock.step(Duration.ofDays(-4000));
            run(sender, run, Duration.ofHours(8));
        }
        assertSentOnce(sender);
    }

    @Test
    void aDeliveryThatWaitsSurvivesAnExcursionOfTheClock() throws Exception {
        publish("one.example", "mailto:" + BOX, 1);
        SendFixture sender = sender(zone);
        sender.answers.put(BOX, new Submission.Unreachable("connection refused"));
        try (SendRun run = sender.open("a", clock)) {
            runUntilDelivery(sender, run);
            clock.step(Duration.ofDays(10));
            run(sender, run, STEP);
            clock.step(Duration.ofDays(-10));
            sender.answers.clear();
            run(sender, run, Duration.ofHours(1));
        }
        assertSentOnce(sender);
    }

    @Test
    void aDeliveryIsNotHeldByAHostThatDiedWhenTheClockWasAhead() throws Exception {
        publish("one.example", "mailto:" + BOX, 1);
        SendFixture sender = sender(zone);
        sender.answers.put(BOX, new Submission.Postponed("450 4.2.0 greylisted"));
        try (SendRun run = sender.open("a", clock)) {
            runUntilDelivery(sender, run);
            try (Store other = Store.openForWriting(store)) {
                DeliveryQueue dead = new DeliveryQueue(other, "b");
                Instant ahead = clock.instant().plus(Duration.ofDays(10));
                assertThat(dead.take(dead.due(ahead, 1).getFirst(), ahead)).isPresent();
            }
            sender.answers.clear();
            run(sender, run, Duration.ofHours(1));
        }
        assertSentOnce(sender);
    }

    @Test
    void foldedFailuresAreReportedAfterFifteenMinutesOfAnyClock() throws Exception {
        DomainName domain = DomainName.of("example.org");
        String record = "v=DMARC1; p=reject; ruf=mailto:ruf@example.org";
        SendFixture sender = sender(zone.txt("_dmarc.example.org", record));
        sender.failures = new FailureSettings(Set.of(domain), Optional.empty(), false, 32 << 10, 20, 60);
        try (SendRun run = sender.open("a", clock)) {
            for (int i = 0; i < 2; i++) {
                sender.failed.offer(FailedMessages.of(JudgedMail.forged().dmarc("example.org", record), clock.instant())
                        .orElseThrow());
                run(sender, run, STEP);
            }
            clock.step(Duration.ofHours(-5));
            run(sender, run, Duration.ofMinutes(20));
        }
        assertThat(sender.mails).hasSize(2);
    }
}

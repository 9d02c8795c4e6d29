package org.countersign.reports.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.metrics.Label;
import org.countersign.reports.collect.JudgedMail;
import org.countersign.reports.failure.FailedMessage;
import org.countersign.service.log.LogEvent;
import org.countersign.smtp.HeaderField;
import org.countersign.store.StoreLocation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Failures that wait to be folded when the service stops. */
class FailureRestartTest {
    private static final Set<DomainName> DOMAINS = Set.of(DomainName.of("example.org"));
    private static final String RECORD = "v=DMARC1; p=reject; ruf=mailto:ruf@example.org";

    @TempDir
    private Path temp;

    private SendFixture sender;

    @BeforeEach
    void prepare() throws Exception {
        StoreLocation store = new StoreLocation.File(temp.resolve("store.db"));
        StoredDay.prepare(store);
        sender = new SendFixture(store, StaticZone.builder().txt("_dmarc.example.org", RECORD));
        sender.failures = new FailureSettings(DOMAINS, Optional.empty(), false, 32 << 10, 20, 60);
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            fail(JudgedMail.forged());
        }
    }

    private void fail(JudgedMail mail) {
        sender.failed.offer(FailedMessage.of(
                        mail.dmarc("example.org", RECORD).outcome(),
                        DOMAINS,
                        List.of(),
                        sender.clock.instant(),
                        "mx.receiver.example",
                        List.of(HeaderField.of("From", " <alice@example.org>")))
                .orElseThrow());
    }

    private long messages(String result) {
        return sender.metrics.value(SendMetrics.FAILURES, new Label("result", result));
    }

    /** A service that runs for a time, has failures, and stops. */
    private void liveAndStop() throws Exception {
        try (SendRun run = sender.open("a")) {
            fail(1);
            sender.runUntil(run, sender.clock.instant().plus(Duration.ofMinutes(2)));
            fail(7);
            sender.runUntil(run, sender.clock.instant().plus(Duration.ofMinutes(2)));
            // These are still in the queue.
            fail(4);
            run.end(sender.policy());
        }
    }

    @Test
    void becomeAReportThatTheNextStartSends() throws Exception {
        liveAndStop();
        assertThat(sender.mails).hasSize(1);
        assertThat(sender.deliveries()).containsExactly("ruf@example.org sent", "ruf@example.org waiting");

        sender.failed = new FailureReports.Memory(sender.clock);
        try (SendRun next = sender.open("b")) {
            sender.runUntil(next, sender.clock.instant().plus(Duration.ofMinutes(20)));
        }
        assertThat(sender.mails).hasSize(2);
        assertThat(sender.mails.getLast().text()).contains("Incidents: 11\r\n");
        assertThat(messages("reported")).isEqualTo(12);
        assertThat(messages("lost")).isZero();
    }

    @Test
    void areCountedAsLostIfTheDnsDoesNotAnswer() throws Exception {
        try (SendRun run = sender.open("a")) {
            fail(1);
            sender.runUntil(run, sender.clock.instant().plus(Duration.ofMinutes(2)));
            fail(3);
            sender.dns = StaticZone.builder()
                    .failure("_dmarc.example.org", RecordType.TXT, DnsAnswer.Failure.TIMEOUT)
                    .build();
            run.end(sender.policy());
        }
        assertThat(messages("lost")).isEqualTo(3);
        assertThat(sender.events).extracting(LogEvent::name).contains("failures-not-reported");
    }

    @Test
    void ofSeveralKindsBecomeReportsAMinuteApart() throws Exception {
        try (SendRun run = sender.open("a")) {
            for (int network = 1; network <= 3; network++) {
                fail(JudgedMail.forged().client("203.0." + network + ".9"));
                fail(JudgedMail.forged().client("203.0." + network + ".9"));
            }
            run.end(sender.policy());
        }
        assertThat(messages("reported")).isEqualTo(6);
        Instant stop = sender.clock.instant();
        sender.failed = new FailureReports.Memory(sender.clock);
        try (SendRun next = sender.open("b")) {
            sender.runUntil(next, stop.plus(Duration.ofSeconds(30)));
            assertThat(sender.mails).hasSize(1);
            sender.runUntil(next, stop.plus(Duration.ofMinutes(6)));
        }
        // Each first failure, and those like it.
        assertThat(sender.mails).hasSize(6);
    }

    @Test
    void doNotKeepAServiceFromStoppingWhileTheDnsIsSlow() throws Exception {
        try (SendRun run = sender.open("a")) {
            for (int network = 1; network <= 100; network++) {
                fail(JudgedMail.forged().client("203.0." + network + ".9"));
            }
            DnsClient answering = sender.dns;
            sender.dns = new DnsClient() {
                @Override
                public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
                    sender.clock.advance(Duration.ofSeconds(1));
                    return answering.lookup(query, deadline);
                }
            };
            Instant stop = sender.clock.instant();
            run.end(sender.policy());
            assertThat(sender.clock.instant()).isBeforeOrEqualTo(stop.plus(Duration.ofSeconds(5)));
        }
        assertThat(messages("lost") + messages("reported")).isEqualTo(100);
        assertThat(sender.events).extracting(LogEvent::name).containsOnlyOnce("failures-not-reported");
    }

    @Test
    void nothingIsMadeWhereNothingWaits() throws Exception {
        try (SendRun run = sender.open("a")) {
            run.end(sender.policy());
        }
        assertThat(sender.deliveries()).isEmpty();
    }
}

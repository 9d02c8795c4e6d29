package org.countersign.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.countersign.Client;
import org.countersign.MessageLimits;
import org.countersign.MessageOutcome;
import org.countersign.SmtpTransaction;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.StaticZone;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.policy.Mode;
import org.countersign.policy.Verdict;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.ManualClock;
import org.junit.jupiter.api.Test;

class InboundMessageTest {
    private static final StaticZone ZONE = StaticZone.builder()
            .txt("sender.example", "v=spf1 ip4:192.0.2.1 -all")
            .txt("_dmarc.sender.example", "v=DMARC1; p=reject")
            .build();

    private final ManualClock clock = ManualClock.started();

    @Test
    void aSlowSenderDoesNotShortenTheTimeForTheDns() {
        Map<String, Duration> patience = new ConcurrentHashMap<>();
        DnsClient dns = new DnsClient() {
            @Override
            public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> question, Instant deadline) {
                patience.put(question.toString(), Duration.between(clock.instant(), deadline));
                return ZONE.lookup(question, deadline);
            }
        };
        MessageLimits limits = MessageLimits.DEFAULT.withDeadline(Duration.ofSeconds(5));
        InboundChecks checks = InboundChecks.of(InboundSettings.DEFAULT.withLimits(limits), dns, clock);
        try (InboundMessage mail = begin(checks, "192.0.2.1")) {
            clock.advance(Duration.ofMinutes(10));
            mail.header(HeaderField.of("From", " a@sender.example"));
            mail.header(HeaderField.of(
                    "DKIM-Signature", " v=1; a=rsa-sha256; d=sender.example; s=s1; h=from; bh=AAAA; b=AAAA"));
            mail.endOfHeaders();
            MessageOutcome.Judged outcome = mail.conclude();
            assertThat(outcome.facts().dmarcKeyword()).isEqualTo("pass");
        }
        assertThat(patience).containsEntry("TXT _dmarc.sender.example", Duration.ofSeconds(5));
    }

    @Test
    void aMessageThatIsGivenUpMakesNoMoreQueries() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        DnsClient dns = new DnsClient() {
            @Override
            public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> question, Instant deadline) {
                asked.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException given) {
                    interrupted.countDown();
                }
                return new DnsAnswer.Unavailable<>(DnsAnswer.Failure.DEADLINE, AnswerMetadata.NONE);
            }
        };
        InboundMessage mail = begin(InboundChecks.of(InboundSettings.DEFAULT, dns, clock), "192.0.2.1");
        asked.await();
        mail.close();
        interrupted.await();
    }

    @Test
    void anOversizedHeaderIsRefusedAndItsForgedResultsAreStillFound() {
        MessageLimits limits = new MessageLimits(3, 10_000, 100, Duration.ofSeconds(5));
        InboundChecks checks = InboundChecks.of(
                InboundSettings.DEFAULT
                        .withLimits(limits)
                        .withMode(Mode.ENFORCE)
                        .withAuthservId("mx.receiver.example"),
                ZONE,
                clock);
        try (InboundMessage mail = begin(checks, "192.0.2.1")) {
            mail.header(HeaderField.of("From", " a@sender.example"));
            for (int i = 0; i < 5; i++) {
                mail.header(HeaderField.of("X-Filler", " " + i));
            }
            mail.header(HeaderField.of("Authentication-Results", " mx.receiver.example; dmarc=pass"));
            MessageOutcome.Judged outcome = mail.conclude();
            assertThat(outcome.decision().rule()).isEqualTo("oversized-header");
            assertThat(outcome.decision().verdict()).isInstanceOf(Verdict.Reject.class);
            assertThat(outcome.edits()).contains(new HeaderEdit.Remove("Authentication-Results", 1));
        }
    }

    @Test
    void aForgedFieldIsRemovedByTheNameAsReceived() {
        InboundChecks checks =
                InboundChecks.of(InboundSettings.DEFAULT.withAuthservId("mx.receiver.example"), ZONE, clock);
        try (InboundMessage mail = begin(checks, "192.0.2.1")) {
            mail.header(HeaderField.of("From", " a@sender.example"));
            mail.header(HeaderField.of("Authentication-Results", " elsewhere.example; dmarc=pass"));
            mail.header(HeaderField.of("AUTHENTICATION-RESULTS", " mx.receiver.example; dmarc=pass"));
            mail.header(HeaderField.of("Authentication-Results\u0001", " mx.receiver.example; dmarc=pass"));
            mail.header(HeaderField.of("X-Countersign-Verdict", " accept"));
            mail.endOfHeaders();
            assertThat(mail.conclude().edits())
                    .filteredOn(HeaderEdit.Remove.class::isInstance)
                    .containsExactly(
                            new HeaderEdit.Remove("AUTHENTICATION-RESULTS", 2),
                            new HeaderEdit.Remove("Authentication-Results\u0001", 1),
                            new HeaderEdit.Remove("X-Countersign-Verdict", 1));
        }
    }

    @Test
    void subdomainsOfTheAuthservIdAreLocalIfConfigured() {
        for (boolean subdomains : new boolean[] {true, false}) {
            InboundChecks checks = InboundChecks.of(
                    InboundSettings.DEFAULT.withAuthserv(
                            new AuthservSettings("receiver.example", List.of("old.example"), subdomains)),
                    ZONE,
                    clock);
            try (InboundMessage mail = begin(checks, "192.0.2.1")) {
                mail.header(HeaderField.of("From", " a@sender.example"));
                mail.header(HeaderField.of("Authentication-Results", " mx7.receiver.example; dmarc=pass"));
                mail.header(HeaderField.of("Authentication-Results", " notreceiver.example; dmarc=pass"));
                mail.header(HeaderField.of("Authentication-Results", " a.b.old.example"));
                mail.endOfHeaders();
                MessageOutcome.Judged outcome = mail.conclude();
                assertThat(outcome.edits())
                        .filteredOn(HeaderEdit.Remove.class::isInstance)
                        .isEqualTo(
                                subdomains
                                        ? List.of(
                                                new HeaderEdit.Remove("Authentication-Results", 1),
                                                new HeaderEdit.Remove("Authentication-Results", 3))
                                        : List.of());
                assertThat(outcome.forged()).isEqualTo(subdomains ? 2 : 0);
            }
        }
    }

    @Test
    void aMessageWithTooManyForgedFieldsIsNeverDelivered() {
        InboundChecks checks = InboundChecks.of(
                InboundSettings.DEFAULT.withAuthservId("mx.receiver.example").withMode(Mode.MONITOR), ZONE, clock);
        HeaderField forged = HeaderField.of("Authentication-Results", " mx.receiver.example; dmarc=pass");
        try (InboundMessage mail = begin(checks, "192.0.2.1")) {
            for (int i = 0; i <= 10_000; i++) {
                mail.header(forged);
            }
            mail.endOfHeaders();
            assertThat(mail.conclude().decision().verdict()).isInstanceOf(Verdict.Reject.class);
        }
    }

    @Test
    void quarantineMarksTheMessageOnlyIfEnforced() {
        StaticZone zone = StaticZone.builder()
                .txt("_dmarc.sender.example", "v=DMARC1; p=quarantine")
                .build();
        for (Mode mode : Mode.values()) {
            InboundChecks checks = InboundChecks.of(InboundSettings.DEFAULT.withMode(mode), zone, clock);
            try (InboundMessage mail = begin(checks, "203.0.113.1")) {
                mail.header(HeaderField.of("From", " a@sender.example"));
                mail.endOfHeaders();
                byte[] body = "text\r\n".getBytes(StandardCharsets.US_ASCII);
                mail.body(body, 0, body.length);
                MessageOutcome.Judged outcome = mail.conclude();
                assertThat(outcome.decision().ruled()).isInstanceOf(Verdict.Quarantine.class);
                assertThat(outcome.edits().stream().anyMatch(InboundMessageTest::marks))
                        .isEqualTo(mode == Mode.ENFORCE);
            }
        }
    }

    @Test
    void receivedSpfFieldsOfEachIdentityAreBelowTheResults() {
        for (boolean wanted : new boolean[] {true, false}) {
            InboundChecks checks = InboundChecks.of(InboundSettings.DEFAULT.withReceivedSpf(wanted), ZONE, clock);
            try (InboundMessage mail = begin(checks, "192.0.2.1")) {
                mail.header(HeaderField.of("From", " a@sender.example"));
                mail.endOfHeaders();
                List<String> added = mail.conclude().edits().stream()
                        .map(edit -> ((HeaderEdit.Prepend) edit).field().name())
                        .toList();
                assertThat(added)
                        .isEqualTo(
                                wanted
                                        ? List.of("Authentication-Results", "Received-SPF", "Received-SPF")
                                        : List.of("Authentication-Results"));
            }
        }
    }

    private static boolean marks(HeaderEdit edit) {
        return edit instanceof HeaderEdit.Prepend(HeaderField field) && field.is("X-Countersign-Verdict");
    }

    private static InboundMessage begin(InboundChecks checks, String address) {
        Client.Ip client = new Client.Ip(IpNetwork.parseAddress(address).orElseThrow(), "");
        return new InboundMessage(
                checks,
                new SmtpTransaction(
                        client,
                        "mail.sender.example",
                        ReversePath.parse("a@sender.example"),
                        Optional.empty(),
                        "",
                        "mx.receiver.example"));
    }
}

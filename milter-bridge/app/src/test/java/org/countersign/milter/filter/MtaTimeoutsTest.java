package org.countersign.milter.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.milter.testing.Commands.body;
import static org.countersign.milter.testing.Commands.endOfBody;
import static org.countersign.milter.testing.Commands.endOfHeaders;
import static org.countersign.milter.testing.Commands.header;
import static org.countersign.milter.testing.Commands.mail;
import static org.countersign.milter.testing.Commands.recipient;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.countersign.config.Configuration;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.StaticZone;
import org.countersign.milter.session.SessionSettings;
import org.countersign.milter.testing.InMemoryConnection;
import org.countersign.milter.testing.SessionLimits;
import org.countersign.milter.wire.MilterCommand;
import org.countersign.milter.wire.MilterReply;
import org.countersign.service.EngineFactory;
import org.countersign.signing.SigningPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A mail server gets an answer or PROGRESS before its timeout, however long the DNS takes. */
@Timeout(240)
class MtaTimeoutsTest {
    /** What Sendmail waits for by default; Postfix waits for 30 seconds. */
    private static final Duration SHORTEST_TIMEOUT = Duration.ofSeconds(10);

    private final CountDownLatch answers = new CountDownLatch(1);
    private final CountDownLatch queried = new CountDownLatch(1);

    /** A DNS that answers when the test says so. */
    private final DnsClient dns = new DnsClient() {
        private final DnsClient zone = StaticZone.builder()
                .txt("client.example", "v=spf1 ip4:192.0.2.1 -all")
                .build();

        @Override
        public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
            queried.countDown();
            try {
                answers.await();
            } catch (InterruptedException abandoned) {
                Thread.currentThread().interrupt();
            }
            return zone.lookup(query, deadline);
        }
    };

    private InMemoryConnection connection(SessionSettings settings) {
        return new InMemoryConnection(
                new EngineFilter(
                        EngineFactory.engine(
                                Configuration.DEFAULT,
                                SigningPolicy.NOTHING,
                                dns,
                                InstantSource.system(),
                                (key, state) -> {}),
                        finished -> {},
                        InstantSource.system()),
                settings);
    }

    @Test
    void noCommandBeforeTheEndOfAMessageWaitsForTheDns() throws Exception {
        try (InMemoryConnection connection =
                connection(SessionLimits.withoutProgress()).connectedWithAllReplies()) {
            for (MilterCommand command : List.of(
                    mail("<a@client.example>"),
                    recipient("<b@receiver.example>"),
                    header("From", " a@client.example"),
                    header("DKIM-Signature", " v=1; a=rsa-sha256; d=client.example; s=s; h=from; bh=AAAA; b=AAAA"),
                    endOfHeaders(),
                    body("Hello\r\n"))) {
                assertThat(connection.send(command)).containsExactly(new MilterReply.Continue());
            }
            queried.await();
            answers.countDown();
            assertThat(connection.send(endOfBody(""))).last().isEqualTo(new MilterReply.Continue());
        }
    }

    @Test
    void progressIsSentAsLongAsTheDnsDoesNotAnswer() throws Exception {
        SessionSettings quick = new SessionSettings(Duration.ofMillis(20), 100, 100, 100_000, 5);
        try (InMemoryConnection connection = connection(quick).connected()) {
            Thread mailServer = Thread.ofVirtual()
                    .start(() -> connection.send(
                            mail("<a@client.example>"),
                            recipient("<b@receiver.example>"),
                            header("From", " a@client.example"),
                            endOfHeaders(),
                            endOfBody("")));
            for (int i = 0; i < 20; i++) {
                assertThat(connection.sent().take()).containsExactly(new MilterReply.Progress());
            }
            answers.countDown();
            mailServer.join();
        }
    }

    @Test
    void progressAndTheLimitsOnWaitingKeepAMarginToTheTimeoutOfSendmail() {
        assertThat(SessionSettings.standard().progressInterval().multipliedBy(2))
                .isLessThanOrEqualTo(SHORTEST_TIMEOUT);
        assertThat(OverloadSettings.DEFAULT.maxProcessorDelay().multipliedBy(2)).isLessThanOrEqualTo(SHORTEST_TIMEOUT);
    }
}

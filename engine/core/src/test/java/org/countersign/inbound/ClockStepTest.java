package org.countersign.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.countersign.Client;
import org.countersign.MessageLimits;
import org.countersign.SmtpTransaction;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.StaticZone;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.SteppingClock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Setting the wall clock while a message arrives. */
class ClockStepTest {
    private static final StaticZone ZONE = StaticZone.builder()
            .txt("sender.example", "v=spf1 ip4:192.0.2.1 -all")
            .txt("_dmarc.sender.example", "v=DMARC1; p=reject")
            .build();

    private final SteppingClock clock = new SteppingClock();
    private final List<Instant> deadlines = new CopyOnWriteArrayList<>();

    private final DnsClient dns = new DnsClient() {
        @Override
        public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> question, Instant deadline) {
            deadlines.add(deadline);
            return ZONE.lookup(question, deadline);
        }
    };

    @ParameterizedTest
    @ValueSource(ints = {-6, 6})
    void doesNotChangeTheTimeoutOfQueries(int hours) {
        Client.Ip client = new Client.Ip(IpNetwork.parseAddress("192.0.2.1").orElseThrow(), "");
        SmtpTransaction transaction = new SmtpTransaction(
                client,
                "mail.sender.example",
                ReversePath.parse("a@sender.example"),
                Optional.empty(),
                "",
                "mx.receiver.example");
        Instant needed = clock.monotonic().instant().plus(MessageLimits.DEFAULT.deadline());
        InboundChecks checks = InboundChecks.of(InboundSettings.DEFAULT, dns, clock);
        clock.step(Duration.ofHours(hours));
        try (InboundMessage mail = new InboundMessage(checks, transaction)) {
            clock.step(Duration.ofHours(hours));
            mail.header(HeaderField.of("From", " a@sender.example"));
            mail.endOfHeaders();

            assertThat(mail.conclude().facts().dmarc().orElseThrow().keyword()).isEqualTo("pass");
        }
        assertThat(deadlines).isNotEmpty().allMatch(needed::equals);
    }
}

package org.countersign.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.countersign.Client;
import org.countersign.SmtpTransaction;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.StaticZone;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.ManualClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each lookup starts at the stage that makes its name known, and waits for no other lookup. */
@Timeout(240)
class EarlyLookupsTest {
    private static final StaticZone ZONE = StaticZone.builder()
            .txt("sender.example", "v=spf1 ip4:192.0.2.1 -all")
            .txt("_dmarc.author.example", "v=DMARC1; p=reject")
            .build();

    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final CountDownLatch answers = new CountDownLatch(1);

    /** Answers only after the test permits it. */
    private final DnsClient dns = new DnsClient() {
        @Override
        public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> question, Instant deadline) {
            asked.add(question.toString());
            try {
                answers.await();
            } catch (InterruptedException givenUp) {
                Thread.currentThread().interrupt();
            }
            return ZONE.lookup(question, deadline);
        }
    };

    private Set<String> nextAsked(int count) throws InterruptedException {
        Set<String> questions = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            questions.add(asked.take());
        }
        return questions;
    }

    private static HeaderField signatureBy(String selector) {
        return HeaderField.of(
                "DKIM-Signature",
                " v=1; a=rsa-sha256; d=sender.example; s=" + selector + "; h=from; b=" + "A".repeat(172) + "; bh="
                        + "A".repeat(43) + "=");
    }

    @Test
    void startAsSoonAsTheirNamesAreKnownAndRunInParallel() throws InterruptedException {
        Client.Ip client = new Client.Ip(IpNetwork.parseAddress("192.0.2.1").orElseThrow(), "");
        SmtpTransaction transaction = new SmtpTransaction(
                client,
                "mail.sender.example",
                ReversePath.parse("a@sender.example"),
                Optional.empty(),
                "",
                "mx.receiver.example");
        InboundChecks checks = InboundChecks.of(InboundSettings.DEFAULT, dns, ManualClock.started());
        try (InboundMessage mail = new InboundMessage(checks, transaction)) {
            assertThat(nextAsked(2)).containsExactly("TXT mail.sender.example", "TXT sender.example");

            mail.header(signatureBy("s1"));
            mail.header(signatureBy("s2"));
            mail.header(HeaderField.of("From", " a@author.example"));
            assertThat(nextAsked(1)).containsExactly("TXT _dmarc.author.example");

            mail.endOfHeaders();
            assertThat(nextAsked(2))
                    .containsExactly("TXT s1._domainkey.sender.example", "TXT s2._domainkey.sender.example");

            // None of them is answered yet, and the body does not wait for an answer.
            mail.body(new byte[] {'x', '\r', '\n'}, 0, 3);
            answers.countDown();
            assertThat(mail.conclude().facts().spf().keyword()).isEqualTo("pass");
        }
    }
}

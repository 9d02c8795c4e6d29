package org.countersign.james;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.james.InboundFixture.BOB;
import static org.countersign.james.InboundFixture.SENDER;
import static org.countersign.james.InboundFixture.octets;
import static org.countersign.james.InboundFixture.sampleMessage;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.james.core.MaybeSender;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookReturnCode;
import org.apache.james.protocols.smtp.hook.MailHook;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.policy.Mode;
import org.countersign.testing.SmtpConnection;
import org.junit.jupiter.api.Test;

/** A message that begins at MAIL FROM ends with its transaction, however that ends. */
class OpenTransactionTest {
    private static final int PATIENCE_SECONDS = 120;

    /** A DNS client that does not answer until the message is abandoned. */
    private static final class SilentDns implements DnsClient {
        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch givenUp = new CountDownLatch(1);

        @Override
        public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> question, Instant deadline) {
            if (!question.name().toString().equals("sender.example")) {
                return InboundFixture.zone().lookup(question, deadline);
            }
            asked.countDown();
            try {
                assertThat(new CountDownLatch(1).await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .isFalse();
            } catch (InterruptedException end) {
                givenUp.countDown();
                Thread.currentThread().interrupt();
            }
            return new DnsAnswer.Unavailable<>(DnsAnswer.Failure.TIMEOUT, AnswerMetadata.NONE);
        }
    }

    private final SilentDns dns = new SilentDns();
    private final AuthenticationHook hook = new AuthenticationHook(InboundFixture.engine(dns, Mode.ENFORCE));

    private void begin(SmtpConnection smtp) throws Exception {
        assertThat(smtp.command("MAIL FROM:<x@sender.example>").code()).isEqualTo(250);
        assertThat(dns.asked.await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("SPF begins with MAIL FROM")
                .isTrue();
        assertThat(dns.givenUp.getCount()).isEqualTo(1);
    }

    private void isAbandoned() throws Exception {
        assertThat(dns.givenUp.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void endsWithRset() throws Exception {
        try (HookedServer server = HookedServer.behindProxy(hook);
                SmtpConnection smtp = server.from(SENDER, "mail.sender.example")) {
            begin(smtp);
            assertThat(smtp.command("RCPT TO:<" + BOB + ">").code()).isEqualTo(250);
            assertThat(dns.givenUp.getCount()).isEqualTo(1);
            smtp.command("RSET");
            isAbandoned();
        }
    }

    @Test
    void endsWithANewEhlo() throws Exception {
        try (HookedServer server = HookedServer.behindProxy(hook);
                SmtpConnection smtp = server.from(SENDER, "mail.sender.example")) {
            begin(smtp);
            smtp.command("EHLO mail.sender.example");
            isAbandoned();
        }
    }

    @Test
    void endsWithTheConnection() throws Exception {
        try (HookedServer server = HookedServer.behindProxy(hook)) {
            try (SmtpConnection smtp = server.from(SENDER, "mail.sender.example")) {
                begin(smtp);
            }
            isAbandoned();
        }
    }

    @Test
    void endsWhenAnotherHookRejectsTheSender() throws Exception {
        MailHook strict = new MailHook() {
            @Override
            public HookResult doMail(SMTPSession session, MaybeSender sender) {
                try {
                    dns.asked.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                } catch (InterruptedException end) {
                    Thread.currentThread().interrupt();
                }
                return HookResult.builder()
                        .hookReturnCode(HookReturnCode.deny())
                        .build();
            }
        };
        try (HookedServer server = HookedServer.behindProxy(hook, strict);
                SmtpConnection smtp = server.from(SENDER, "mail.sender.example")) {
            assertThat(smtp.command("MAIL FROM:<x@sender.example>").code()).isEqualTo(554);
            isAbandoned();
        }
    }

    @Test
    void belongsToTheUserIfTheClientAuthenticatesMeanwhile() throws Exception {
        try (HookedServer server = HookedServer.behindProxy(hook);
                SmtpConnection smtp = server.from(SENDER, "mail.sender.example")) {
            begin(smtp);
            assertThat(smtp.command("RCPT TO:<" + BOB + ">").code()).isEqualTo(250);
            assertThat(smtp.command("AUTH PLAIN AGFkYUBob21lLmV4YW1wbGUAc2VjcmV0")
                            .code())
                    .isEqualTo(235);
            assertThat(smtp.command("DATA").code()).isEqualTo(354);
            assertThat(smtp.command(sampleMessage("ceo@forger.example").strip() + "\r\n.")
                            .code())
                    .isEqualTo(250);
            isAbandoned();
        }
    }

    @Test
    void endsWithTheDecision() throws Exception {
        try (HookedServer server = HookedServer.behindProxy(
                        new AuthenticationHook(InboundFixture.engine(InboundFixture.zone(), Mode.ENFORCE)));
                SmtpConnection smtp = server.from(SENDER, "mail.sender.example")) {
            for (int i = 0; i < 3; i++) {
                assertThat(smtp.send("x@sender.example", List.of(BOB), octets(sampleMessage("x@sender.example")))
                                .code())
                        .isEqualTo(250);
            }
            assertThat(server.delivered()).hasSize(3);
        }
    }
}

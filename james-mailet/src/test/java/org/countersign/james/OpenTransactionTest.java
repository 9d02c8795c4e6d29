package org.countersign.james;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.james.SenderWorld.BOB;
import static org.countersign.james.SenderWorld.SENDER;
import static org.countersign.james.SenderWorld.letter;
import static org.countersign.james.SenderWorld.octets;

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

/** What begins with MAIL FROM ends with the transaction, however that ends. */
class OpenTransactionTest {
    private static final int PATIENCE_SECONDS = 30;

    /** Answers nothing about the sender until it is given up. */
    private static final class SilentDns implements DnsClient {
        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch givenUp = new CountDownLatch(1);

        @Override
        public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> question, Instant deadline) {
            if (!question.name().toString().equals("sender.example")) {
                return SenderWorld.zone().lookup(question, deadline);
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
    private final AuthenticationHook hook = new AuthenticationHook(SenderWorld.engine(dns, Mode.ENFORCE));

    private void begin(SmtpConnection smtp) throws Exception {
        assertThat(smtp.command("MAIL FROM:<x@sender.example>").code()).isEqualTo(250);
        assertThat(dns.asked.await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("SPF begins with MAIL FROM")
                .isTrue();
        assertThat(dns.givenUp.getCount()).isEqualTo(1);
    }

    private void isGivenUp() throws Exception {
        assertThat(dns.givenUp.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void withReset() throws Exception {
        try (HookedServer server = HookedServer.behindProxy(hook);
                SmtpConnection smtp = server.from(SENDER, "mail.sender.example")) {
            begin(smtp);
            assertThat(smtp.command("RCPT TO:<" + BOB + ">").code()).isEqualTo(250);
            assertThat(dns.givenUp.getCount()).isEqualTo(1);
            smtp.command("RSET");
            isGivenUp();
        }
    }

    @Test
    void withAnotherGreeting() throws Exception {
        try (HookedServer server = HookedServer.behindProxy(hook);
                SmtpConnection smtp = server.from(SENDER, "mail.sender.example")) {
            begin(smtp);
            smtp.command("EHLO mail.sender.example");
            isGivenUp();
        }
    }

    @Test
    void withTheConnection() throws Exception {
        try (HookedServer server = HookedServer.behindProxy(hook)) {
            try (SmtpConnection smtp = server.from(SENDER, "mail.sender.example")) {
                begin(smtp);
            }
            isGivenUp();
        }
    }

    @Test
    void whenAnotherHookRefusesTheSender() throws Exception {
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
            isGivenUp();
        }
    }

    @Test
    void whenTheClientLogsInMeanwhileTheMessageIsItsUsers() throws Exception {
        try (HookedServer server = HookedServer.behindProxy(hook);
                SmtpConnection smtp = server.from(SENDER, "mail.sender.example")) {
            begin(smtp);
            assertThat(smtp.command("RCPT TO:<" + BOB + ">").code()).isEqualTo(250);
            assertThat(smtp.command("AUTH PLAIN AGFkYUBob21lLmV4YW1wbGUAc2VjcmV0")
                            .code())
                    .isEqualTo(235);
            assertThat(smtp.command("DATA").code()).isEqualTo(354);
            assertThat(smtp.command(letter("ceo@forger.example").strip() + "\r\n.")
                            .code())
                    .isEqualTo(250);
            isGivenUp();
        }
    }

    @Test
    void aMessageThatWasJudgedLeavesNothing() throws Exception {
        try (HookedServer server = HookedServer.behindProxy(
                        new AuthenticationHook(SenderWorld.engine(SenderWorld.zone(), Mode.ENFORCE)));
                SmtpConnection smtp = server.from(SENDER, "mail.sender.example")) {
            for (int i = 0; i < 3; i++) {
                assertThat(smtp.send("x@sender.example", List.of(BOB), octets(letter("x@sender.example")))
                                .code())
                        .isEqualTo(250);
            }
            assertThat(server.delivered()).hasSize(3);
        }
    }
}

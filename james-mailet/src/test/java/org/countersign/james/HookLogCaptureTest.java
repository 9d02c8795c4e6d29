package org.countersign.james;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.james.InboundFixture.BOB;
import static org.countersign.james.InboundFixture.FORGER;
import static org.countersign.james.InboundFixture.octets;
import static org.countersign.james.InboundFixture.sampleMessage;

import java.util.List;
import org.apache.james.server.core.MailImpl;
import org.countersign.policy.Mode;
import org.countersign.testing.SmtpConnection;
import org.junit.jupiter.api.Test;

class HookLogCaptureTest {
    @Test
    void aCheckedMessageLeavesOneLineWhateverTheClientSent() throws Exception {
        AuthenticationHook hook = new AuthenticationHook(InboundFixture.engine(InboundFixture.zone(), Mode.ENFORCE));
        try (HookedServer server = HookedServer.behindProxy(hook);
                HookLogCapture log = new HookLogCapture();
                SmtpConnection smtp = server.from(FORGER, "\u001B[2J\"verdict=accept")) {
            smtp.send("x@forger.example", List.of(BOB), octets(sampleMessage("ceo@sender.example")));

            assertThat(log.lines())
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .startsWith("INFO message session=")
                            .contains(" client=" + FORGER
                                    + " helo=\"\\x1b[2J\\\"verdict=accept\" mail-from=<x@forger.example>"
                                    + " recipients=1 octets=")
                            .contains(" flow=inbound author=sender.example spf=pass spf-reason=\"ip4:")
                            .contains(" dkim=none dmarc=fail policy=reject arc=none")
                            .contains(" verdict=reject rule=dmarc-reject reason=\"")
                            .matches("[\\x20-\\x7E]*"));
        }
    }

    @Test
    void anInternalErrorLeavesOneLine() throws Exception {
        try (HookedServer server = HookedServer.behindProxy(new AuthenticationHook());
                HookLogCapture log = new HookLogCapture();
                SmtpConnection smtp = server.from(FORGER, "mail.forger.example")) {
            smtp.send("x@forger.example", List.of(BOB), octets(sampleMessage("ceo@sender.example")));

            assertThat(log.lines())
                    .containsExactly("ERROR A message could not be checked; the client was asked to try again");
        }
    }

    @Test
    void outboundMailUnsignedBecauseOfItsFromFieldIsAWarning() throws Exception {
        SignOutbound mailet = new SignOutbound(OutboundFixture.engine());
        mailet.init(MailetParameters.of());
        MailImpl mail = SpooledMails.submitted(
                OutboundFixture.USER,
                OutboundFixture.USER,
                "From: alice@example.org, bob@other.example\r\n\r\nHello\r\n");
        try (HookLogCapture log = new HookLogCapture()) {
            mailet.service(mail);
            assertThat(SpooledMails.sent(mail)).doesNotContain("DKIM-Signature");
            assertThat(log.lines())
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .startsWith("WARN message ")
                            .contains(" author=ambiguous author-problem=several-domains "));
        } finally {
            mail.dispose();
        }
    }
}

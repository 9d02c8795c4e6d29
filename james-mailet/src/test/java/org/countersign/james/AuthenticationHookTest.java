package org.countersign.james;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.james.InboundFixture.BOB;
import static org.countersign.james.InboundFixture.FORGER;
import static org.countersign.james.InboundFixture.FORWARDER;
import static org.countersign.james.InboundFixture.SENDER;
import static org.countersign.james.InboundFixture.octets;
import static org.countersign.james.InboundFixture.sampleMessage;
import static org.countersign.james.InboundFixture.signed;

import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.countersign.CountersignEngine;
import org.countersign.TrafficRules;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.StaticZone;
import org.countersign.policy.Mode;
import org.countersign.testing.SmtpConnection;
import org.junit.jupiter.api.Test;

/** The hook in James' SMTP server. */
class AuthenticationHookTest {
    private static final StaticZone ZONE = InboundFixture.zone();

    private static AuthenticationHook enforcing() {
        return new AuthenticationHook(InboundFixture.engine(ZONE, Mode.ENFORCE));
    }

    private static SmtpConnection.Reply send(SmtpConnection smtp, String mailFrom, String message) throws Exception {
        return smtp.send(mailFrom, List.of(BOB), octets(message));
    }

    @Test
    void forgedMailIsRejectedAfterDataAndNotDelivered() throws Exception {
        try (HookedServer server = HookedServer.behindProxy(enforcing());
                SmtpConnection smtp = server.from(FORGER, "mail.forger.example")) {
            assertThat(send(smtp, "bulk@forger.example", sampleMessage("ceo@sender.example")))
                    .hasToString("550 5.7.26 Email rejected per DMARC policy for sender.example:"
                            + " no aligned pass (spf=pass, dkim=none); see https://www.rfc-editor.org/info/rfc9989");
            assertThat(server.delivered()).isEmpty();
        }
    }

    @Test
    void genuineMailReachesTheNextHookUnchangedBelowTheResults() throws Exception {
        String message = signed(sampleMessage("ada@sender.example"));
        try (HookedServer server = HookedServer.behindProxy(enforcing());
                SmtpConnection smtp = server.from(SENDER, "mail.sender.example")) {
            assertThat(smtp.send("news@sender.example", List.of(BOB, "carol@home.example"), octets(message))
                            .code())
                    .isEqualTo(250);
            assertThat(server.delivered()).singleElement().satisfies(mail -> {
                assertThat(mail.mailFrom()).isEqualTo("news@sender.example");
                assertThat(mail.recipients()).containsExactly(BOB, "carol@home.example");
                assertThat(mail.ours())
                        .startsWith(
                                "Authentication-Results: mx.home.example;\r\n spf=pass smtp.mailfrom=sender.example;")
                        .contains(" dmarc=pass header.from=sender.example ");
                assertThat(mail.withoutReceived()).isEqualTo(message);
            });
        }
    }

    @Test
    void aSignatureAloneAuthenticatesForwardedMail() throws Exception {
        String message = signed(sampleMessage("ada@sender.example"));
        try (HookedServer server = HookedServer.behindProxy(enforcing());
                SmtpConnection smtp = server.from(FORWARDER, "mail.forwarder.example")) {
            assertThat(send(smtp, "list@forwarder.example", message).code()).isEqualTo(250);
            assertThat(send(smtp, "list@forwarder.example", message.replace("Dear Bob", "Dear Bop"))
                            .toString())
                    .startsWith("550 5.7.26 ");
            assertThat(server.delivered()).hasSize(1);
        }
    }

    @Test
    void anIpv6ClientIsCheckedByItsOwnAddress() throws Exception {
        StaticZone zone = StaticZone.builder()
                .txt("six.example", "v=spf1 ip6:2001:db8::25 -all")
                .txt("_dmarc.six.example", "v=DMARC1; p=reject")
                .build();
        AuthenticationHook hook = new AuthenticationHook(InboundFixture.engine(zone, Mode.ENFORCE));
        try (HookedServer server = HookedServer.behindProxy(hook)) {
            try (SmtpConnection smtp = server.from("2001:db8::25", "mail.six.example")) {
                assertThat(send(smtp, "a@six.example", sampleMessage("a@six.example"))
                                .code())
                        .isEqualTo(250);
            }
            try (SmtpConnection smtp = server.from("2001:db8::26", "mail.six.example")) {
                assertThat(send(smtp, "a@six.example", sampleMessage("a@six.example"))
                                .code())
                        .isEqualTo(550);
            }
        }
    }

    @Test
    void aBounceIsCheckedByItsHeloName() throws Exception {
        try (HookedServer server = HookedServer.behindProxy(enforcing())) {
            try (SmtpConnection smtp = server.from(SENDER, "mail.sender.example")) {
                assertThat(send(smtp, "", sampleMessage("postmaster@sender.example"))
                                .code())
                        .isEqualTo(250);
            }
            try (SmtpConnection smtp = server.from(FORGER, "mail.sender.example")) {
                assertThat(send(smtp, "", sampleMessage("postmaster@sender.example"))
                                .code())
                        .isEqualTo(550);
            }
            assertThat(server.delivered())
                    .singleElement()
                    .satisfies(mail -> assertThat(mail.mailFrom()).isEqualTo("<>"));
        }
    }

    @Test
    void messagesOfOneConnectionAreIndependent() throws Exception {
        try (HookedServer server = HookedServer.behindProxy(enforcing());
                SmtpConnection smtp = server.from(SENDER, "mail.sender.example")) {
            assertThat(send(smtp, "x@forger.example", sampleMessage("ceo@sender.example"))
                            .code())
                    .isEqualTo(550);
            assertThat(send(smtp, "x@sender.example", sampleMessage("ceo@sender.example"))
                            .code())
                    .isEqualTo(250);
            assertThat(send(smtp, "x@forger.example", sampleMessage("ceo@sender.example"))
                            .code())
                    .isEqualTo(550);
            assertThat(server.delivered()).hasSize(1);
        }
    }

    @Test
    void quarantinedMailIsDeliveredWithAMark() throws Exception {
        try (HookedServer server = HookedServer.behindProxy(enforcing());
                SmtpConnection smtp = server.from(FORGER, "mail.forger.example")) {
            assertThat(send(smtp, "x@forger.example", sampleMessage("ceo@careful.example"))
                            .code())
                    .isEqualTo(250);
            assertThat(server.delivered())
                    .singleElement()
                    .satisfies(mail -> assertThat(mail.ours())
                            .startsWith("Authentication-Results: ")
                            .endsWith("\r\nX-Countersign-Verdict: quarantine; rule=dmarc-quarantine\r\n"));
        }
    }

    @Test
    void laterMailetsFindTheVerdictInAttributes() throws Exception {
        try (HookedServer server = HookedServer.behindProxy(enforcing());
                SmtpConnection smtp = server.from(FORGER, "mail.forger.example")) {
            send(smtp, "x@forger.example", sampleMessage("ceo@careful.example"));
            assertThat(server.delivered())
                    .singleElement()
                    .satisfies(mail -> assertThat(mail.attributes())
                            .containsEntry("org.countersign.verdict", "quarantine")
                            .containsEntry("org.countersign.author-domain", "careful.example")
                            .containsEntry("org.countersign.dmarc", "fail"));
        }
    }

    @Test
    void modeMonitorRejectsNothing() throws Exception {
        AuthenticationHook hook = new AuthenticationHook(InboundFixture.engine(ZONE, Mode.MONITOR));
        try (HookedServer server = HookedServer.behindProxy(hook);
                SmtpConnection smtp = server.from(FORGER, "mail.forger.example")) {
            assertThat(send(smtp, "x@forger.example", sampleMessage("ceo@sender.example"))
                            .code())
                    .isEqualTo(250);
            assertThat(server.delivered()).hasSize(1);
        }
    }

    @Test
    void mailIsDeferredWhileTheSendersDnsIsDown() throws Exception {
        try (HookedServer server = HookedServer.behindProxy(enforcing());
                SmtpConnection smtp = server.from(SENDER, "mail.down.example")) {
            assertThat(send(smtp, "x@down.example", sampleMessage("x@down.example"))
                            .toString())
                    .startsWith("451 4.7.0 DMARC of down.example cannot be evaluated now");
            assertThat(server.delivered()).isEmpty();
        }
    }

    @Test
    void aHeaderSectionBeyondTheLimitIsRejected() throws Exception {
        String field = "X-Long: " + ("a".repeat(900) + "\r\n ").repeat(1200) + "end\r\n";
        try (HookedServer server = HookedServer.behindProxy(enforcing());
                SmtpConnection smtp = server.from(SENDER, "mail.sender.example")) {
            assertThat(send(smtp, "x@sender.example", field + sampleMessage("x@sender.example"))
                            .toString())
                    .startsWith("552 5.3.4 ");
            assertThat(server.delivered()).isEmpty();
        }
    }

    @Test
    void anInternalErrorDefersThatMessageOnly() throws Exception {
        DnsClient faulty = new DnsClient() {
            @Override
            public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> question, Instant deadline) {
                if (question.name().toString().endsWith("faulty.example")) {
                    throw new IllegalStateException("meant to fail");
                }
                return ZONE.lookup(question, deadline);
            }
        };
        AuthenticationHook hook = new AuthenticationHook(InboundFixture.engine(faulty, Mode.ENFORCE));
        try (HookedServer server = HookedServer.behindProxy(hook);
                SmtpConnection smtp = server.from(SENDER, "mail.sender.example")) {
            assertThat(send(smtp, "x@faulty.example", sampleMessage("x@faulty.example")))
                    .hasToString("451 4.3.0 The message could not be checked, try again later");
            assertThat(server.delivered()).isEmpty();
            assertThat(send(smtp, "x@sender.example", sampleMessage("x@sender.example"))
                            .code())
                    .isEqualTo(250);
            assertThat(server.delivered()).hasSize(1);
        }
    }

    @Test
    void aHookThatWasNotInitializedAcceptsNothing() throws Exception {
        try (HookedServer server = HookedServer.behindProxy(new AuthenticationHook());
                SmtpConnection smtp = server.from(SENDER, "mail.sender.example")) {
            assertThat(send(smtp, "x@sender.example", sampleMessage("x@sender.example"))
                            .toString())
                    .startsWith("451 4.3.0 ");
            assertThat(server.delivered()).isEmpty();
        }
    }

    @Test
    void mailOfAuthenticatedUsersIsNotChecked() throws Exception {
        String plain = Base64.getEncoder().encodeToString("\0ada@home.example\0secret".getBytes(UTF_8));
        try (HookedServer server = HookedServer.behindProxy(enforcing());
                SmtpConnection smtp = server.from(FORGER, "laptop.forger.example")) {
            assertThat(smtp.command("AUTH PLAIN " + plain).code()).isEqualTo(235);
            assertThat(send(smtp, "ceo@sender.example", sampleMessage("ceo@sender.example"))
                            .code())
                    .isEqualTo(250);
            assertThat(server.delivered())
                    .singleElement()
                    .satisfies(mail -> assertThat(mail.ours()).isEmpty());
        }
    }

    @Test
    void mailOfClientsThatJamesRelaysForIsNotChecked() throws Exception {
        try (HookedServer server = HookedServer.relaying(enforcing());
                SmtpConnection smtp = server.from(FORGER, "printer.home.example")) {
            assertThat(send(smtp, "ceo@sender.example", sampleMessage("ceo@sender.example"))
                            .code())
                    .isEqualTo(250);
            assertThat(server.delivered()).hasSize(1);
        }
    }

    @Test
    void mailOfSkipNetworksIsNotChecked() throws Exception {
        AuthenticationHook hook =
                new AuthenticationHook(InboundFixture.engine(ZONE, Mode.ENFORCE, TrafficRules.DEFAULT));
        try (HookedServer server = HookedServer.direct(hook);
                SmtpConnection smtp = SmtpConnection.open(server.port()).hello("localhost")) {
            assertThat(send(smtp, "ceo@sender.example", sampleMessage("ceo@sender.example"))
                            .code())
                    .isEqualTo(250);
            assertThat(server.delivered()).hasSize(1);
        }
    }

    @Test
    void mailOfLoopbackIsCheckedIfNotSkipped() throws Exception {
        try (HookedServer server = HookedServer.direct(enforcing());
                SmtpConnection smtp = SmtpConnection.open(server.port()).hello("localhost")) {
            assertThat(send(smtp, "ceo@sender.example", sampleMessage("ceo@sender.example"))
                            .code())
                    .isEqualTo(550);
        }
    }

    @Test
    void mailBeyondTheMemoryBudgetIsDeferredInEveryModeAndAcceptedLater() throws Exception {
        CountersignEngine engine = InboundFixture.engine(ZONE, Mode.MONITOR);
        engine.memory().setLimit(1000);
        try (HookedServer server = HookedServer.behindProxy(new AuthenticationHook(engine));
                SmtpConnection smtp = server.from(SENDER, "mail.sender.example")) {
            // Deferred at MAIL FROM.
            assertThat(smtp.command("MAIL FROM:<ceo@sender.example>"))
                    .asString()
                    .startsWith("451 4.3.2 ");
            // The header section is too large.
            engine.memory().setLimit(200_000);
            String large = "X-Filler: " + ("x".repeat(900) + "\r\n ").repeat(150) + "y\r\n";
            assertThat(send(smtp, "ceo@sender.example", large + sampleMessage("ceo@sender.example")))
                    .asString()
                    .startsWith("451 4.3.2 ");
            assertThat(server.delivered()).isEmpty();
            assertThat(send(smtp, "ceo@sender.example", sampleMessage("ceo@sender.example"))
                            .code())
                    .isEqualTo(250);
            assertThat(server.delivered()).hasSize(1);
        }
        assertThat(engine.memory().used()).isZero();
    }
}

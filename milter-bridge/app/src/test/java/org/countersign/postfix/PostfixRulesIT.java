package org.countersign.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import org.countersign.CountersignEngine;
import org.countersign.TrafficRules;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.FrontEnd;
import org.countersign.config.ParsedConfiguration;
import org.countersign.dns.StaticZone;
import org.countersign.inbound.InboundChecks;
import org.countersign.inbound.InboundMessage;
import org.countersign.inbound.InboundSettings;
import org.countersign.milter.filter.EngineFilter;
import org.countersign.milter.server.MilterServer;
import org.countersign.milter.server.ServerSettings;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.outbound.OutboundChecks;
import org.countersign.outbound.OutboundMessage;
import org.countersign.outbound.OutboundSettings;
import org.countersign.policy.Mode;
import org.countersign.policy.PolicyRules;
import org.countersign.signing.SigningPolicy;
import org.countersign.signing.SigningSelector;
import org.countersign.syntax.Octets;
import org.countersign.testing.SmtpConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The effect of each action of a rule in a real Postfix. */
@Execution(ExecutionMode.CONCURRENT)
class PostfixRulesIT {
    private static final InstantSource CLOCK = InstantSource.system();
    private static final String BOB = "bob@receiver.example";
    private static final StaticZone ZONE = StaticZone.builder()
            .txt("_dmarc.careful.example", "v=DMARC1; p=quarantine")
            .txt("_dmarc.strict.example", "v=DMARC1; p=reject")
            .build();

    @FunctionalInterface
    private interface Scene {
        void play(PostfixInstance postfix) throws IOException;
    }

    private static PolicyRules rules(String policy) {
        if (ConfigurationParser.parse("policy.yaml", Octets.utf8(policy), FrontEnd.NONE)
                instanceof ParsedConfiguration.Valid valid) {
            return valid.configuration().inbound().rules();
        }
        throw new AssertionError(policy);
    }

    private static void withPolicy(String policy, Scene scene) throws IOException {
        MtaTools.assumePostfix();
        InboundChecks checks =
                InboundChecks.of(InboundSettings.DEFAULT.withMode(Mode.ENFORCE).withRules(rules(policy)), ZONE, CLOCK);
        OutboundChecks signer = OutboundChecks.of(
                OutboundSettings.DEFAULT,
                TrafficRules.DEFAULT,
                SigningSelector.unmonitored(SigningPolicy.NOTHING),
                CLOCK);
        EngineFilter filter = new EngineFilter(
                new CountersignEngine(
                        TrafficRules.DEFAULT, InboundMessage.factory(checks), OutboundMessage.factory(signer)),
                finished -> {},
                CLOCK);
        try (MilterServer bridge = MilterServer.start(
                        ServerSettings.listeningOn(List.of(new ListenAddress.Inet("127.0.0.1", 0, false))), filter);
                PostfixInstance postfix = PostfixInstance.start(PostfixSettings.delivering(BOB)
                        .withInboundMilters(bridge.addresses().getFirst().toString()))) {
            scene.play(postfix);
        }
    }

    private static String send(PostfixInstance postfix, String author, String more) throws IOException {
        byte[] message = ("From: " + author + "\r\n" + more + "To: " + BOB + "\r\nSubject: x\r\n\r\nhello\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        try (SmtpConnection smtp = postfix.inbound().pretend("203.0.113.66", "mail.forger.example")) {
            return smtp.send("bulk@forger.example", List.of(BOB), message).toString();
        }
    }

    @Test
    void heldMailStaysInTheHoldQueueUntilItIsReleased() throws IOException {
        withPolicy("quarantine: hold", postfix -> {
            assertThat(send(postfix, "ceo@careful.example", "")).startsWith("250 ");

            assertThat(postfix.queue()).contains("\"queue_name\": \"hold\"").contains("bulk@forger.example");
            assertThat(postfix.log()).contains("milter triggers HOLD action");
            assertThat(postfix.mailbox(BOB)).isEmpty();
            postfix.releaseHeld();
            assertThat(postfix.takeOnlyMessage(BOB).values("X-Countersign-Verdict"))
                    .singleElement()
                    .asString()
                    .startsWith("quarantine; rule=dmarc-quarantine");
        });
    }

    @Test
    void discardedMailIsAcceptedAndNotDelivered() throws IOException {
        withPolicy("rules: [{ name: trap, when: { author: trap.example }, then: discard }]", postfix -> {
            assertThat(send(postfix, "a@trap.example", "")).startsWith("250 ");

            postfix.awaitEmptyQueue();
            assertThat(postfix.mailbox(BOB)).isEmpty();
        });
    }

    @Test
    void theHeaderEditsOfARuleAreCarriedOut() throws IOException {
        withPolicy("""
            rules:
              - name: odd
                when: { dmarc: fail, recipient: bob@receiver.example }
                then: tag
                add-headers: [{ name: X-Suspicious, value: "{dmarc} for {author-domain}" }]
                remove-headers: [X-Priority]
            """, postfix -> {
            assertThat(send(postfix, "ceo@strict.example", "X-Priority: 1\r\nX-Other: 2\r\nx-PRIORITY: 3\r\n"))
                    .startsWith("250 ");

            DeliveredMessage delivered = postfix.takeOnlyMessage(BOB);
            assertThat(delivered.values("X-Countersign-Verdict"))
                    .singleElement()
                    .asString()
                    .startsWith("tag; rule=odd");
            assertThat(delivered.values("X-Suspicious")).containsExactly("fail for strict.example");
            assertThat(delivered.values("X-Priority")).isEmpty();
            assertThat(delivered.values("X-Other")).containsExactly("2");
        });
    }

    @Test
    void theReplyOfARuleReachesTheClientAsWritten() throws IOException {
        withPolicy(
                """
            rules:
              - name: later
                when: { author: later.example }
                then: tempfail
                reply: { code: 450, enhanced-code: 4.7.1, text: "100% of {author-domain} come back later" }
              - name: never
                when: { author: never.example }
                then: reject
                reply: { code: 554, enhanced-code: 5.7.1, text: "Not from {author-domain}: {results}" }
            """,
                postfix -> {
                    assertThat(send(postfix, "a@later.example", ""))
                            .isEqualTo("450 4.7.1 100% of later.example come back later");
                    assertThat(send(postfix, "a@never.example", ""))
                            .startsWith("554 5.7.1 Not from never.example: ")
                            .endsWith("spf=none, dkim=none");
                    postfix.awaitEmptyQueue();
                    assertThat(postfix.mailbox(BOB)).isEmpty();
                });
    }
}

package org.countersign.postfix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.CountersignEngine;
import org.countersign.TrafficRules;
import org.countersign.arc.ArcLimits;
import org.countersign.arc.ArcResult;
import org.countersign.arc.ArcRun;
import org.countersign.crypto.RsaEngine;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.inbound.ArcSealingPolicy;
import org.countersign.inbound.InboundChecks;
import org.countersign.inbound.InboundMessage;
import org.countersign.inbound.InboundSettings;
import org.countersign.inbound.TemperrorTable;
import org.countersign.milter.filter.EngineFilter;
import org.countersign.milter.server.MilterServer;
import org.countersign.milter.server.ServerSettings;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.outbound.OutboundChecks;
import org.countersign.outbound.OutboundMessage;
import org.countersign.outbound.OutboundSettings;
import org.countersign.signature.SigningIdentity;
import org.countersign.signing.KeyValidity;
import org.countersign.signing.ScheduledKey;
import org.countersign.signing.SigningPolicy;
import org.countersign.signing.SigningSelector;
import org.countersign.signing.UnpublishedKeyAction;
import org.countersign.syntax.Octets;
import org.countersign.testing.ArcPeer;
import org.countersign.testing.SmtpConnection;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.Test;

/** What Postfix delivers with our edits is what we sealed. */
class SealedMailIT {
    private static final InstantSource CLOCK = InstantSource.system();
    private static final String BOB = "bob@receiver.example";
    private static final SigningIdentity KEY =
            new SigningIdentity(DomainName.of("receiver.example"), "arc", TestKeys.RSA);
    private static final StaticZone ZONE = StaticZone.builder()
            .txt("sender.example", "v=spf1 ip4:192.0.2.10 -all")
            .txt("arc._domainkey.receiver.example", TestKeys.RSA.publicKeyRecord())
            .build();
    private static final String MAIL = """
        Authentication-Results: MX.receiver.example; arc=pass; dmarc=pass
        Authentication-Results: elsewhere.example; dmarc=pass
        X-Countersign-Verdict: accept
        DKIM-Signature: v=1; a=rsa-sha256; d=sender.example; s=none; h=from; bh=AAAA; b=AAAA
        From: Ada  <ada@sender.example>
        To: bob@receiver.example,
        \tcarol@receiver.example
        Subject:   odd \tspaces
         and folds
        Date: Mon, 23 Nov 2026 11:58:00 +0000
        Message-ID: <1@sender.example>

        two  spaces\t
        .a dot


        """.replace("\n", "\r\n");

    private static EngineFilter filter() {
        ArcSealingPolicy sealer = ArcSealingPolicy.of(
                new ScheduledKey(KEY, KeyValidity.ALWAYS), Optional.empty(), UnpublishedKeyAction.SIGN, CLOCK);
        return new EngineFilter(
                new CountersignEngine(
                        TrafficRules.DEFAULT,
                        InboundMessage.factory(InboundChecks.of(
                                InboundSettings.DEFAULT.withReceivedSpf(true),
                                ZONE,
                                CLOCK,
                                RsaEngine.jca(),
                                new TemperrorTable(CLOCK, persistent -> {}),
                                sealer)),
                        OutboundMessage.factory(OutboundChecks.of(
                                OutboundSettings.DEFAULT,
                                TrafficRules.DEFAULT,
                                SigningSelector.unmonitored(SigningPolicy.NOTHING),
                                CLOCK))),
                finished -> {},
                CLOCK);
    }

    @Test
    void theChainThatIsDeliveredVerifiesForUsAndForDkimpyAlsoAfterASecondHop() throws IOException {
        MtaTools.assumePostfix();
        assumeTrue(ArcPeer.hasPython(), "no python3");
        try (ArcPeer dkimpy =
                        ArcPeer.dkimpy(Map.of("arc._domainkey.receiver.example", TestKeys.RSA.publicKeyRecord()));
                MilterServer bridge = MilterServer.start(
                        ServerSettings.listeningOn(List.of(new ListenAddress.Inet("127.0.0.1", 0, false))), filter());
                PostfixInstance postfix = PostfixInstance.start(PostfixSettings.delivering(BOB)
                        .withInboundMilters(bridge.addresses().getFirst().toString()))) {
            assumeTrue(dkimpy.isReady(), "no dkimpy with authres");
            String mail = MAIL;
            for (int hop = 1; hop <= 2; hop++) {
                DeliveredMessage delivered = deliver(postfix, mail);
                TestMessage message = TestMessage.parse(delivered.text());
                int sets = hop;
                assertThat(ArcRun.verify(message, ZONE, ArcLimits.DEFAULT, CLOCK.instant()))
                        .isInstanceOfSatisfying(ArcResult.Pass.class, pass -> {
                            assertThat(pass.chain().sets()).hasSize(sets);
                            assertThat(pass.chain().oldestPass()).isZero();
                        });
                assertThat(dkimpy.verify(message)).isEqualTo("pass");
                assertThat(delivered.values("Authentication-Results"))
                        .hasSize(2)
                        .noneMatch(value -> value.startsWith("MX."));
                // Without what the delivery agent put on top, which would look like a loop.
                mail = delivered.text().substring(delivered.text().indexOf("ARC-Seal:"));
            }
        }
    }

    private static DeliveredMessage deliver(PostfixInstance postfix, String mail) throws IOException {
        try (SmtpConnection smtp = postfix.inbound().pretend("192.0.2.10", "mail.sender.example")) {
            assertThat(smtp.send(
                                    "ada@sender.example",
                                    List.of(BOB),
                                    Octets.latin1(mail).toByteArray())
                            .code())
                    .isEqualTo(250);
        }
        return postfix.takeOnlyMessage(BOB);
    }
}

package org.countersign;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.countersign.dns.StaticZone;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.inbound.InboundChecks;
import org.countersign.inbound.InboundMessage;
import org.countersign.inbound.InboundSettings;
import org.countersign.outbound.OutboundChecks;
import org.countersign.outbound.OutboundMessage;
import org.countersign.outbound.OutboundSettings;
import org.countersign.signing.SigningPolicy;
import org.countersign.signing.SigningSelector;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MemoryBudget;
import org.countersign.testing.ManualClock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The octets of a body belong to the front end, whose memory is counted there. A message must not keep them alive. */
class BodyRetentionTest {
    private static final StaticZone ZONE = StaticZone.builder().build();

    private static MessageSession open() {
        ManualClock clock = ManualClock.started();
        return new CountersignEngine(
                        TrafficRules.DEFAULT,
                        InboundMessage.factory(InboundChecks.of(InboundSettings.DEFAULT, ZONE, clock)),
                        OutboundMessage.factory(OutboundChecks.of(
                                OutboundSettings.DEFAULT,
                                TrafficRules.DEFAULT,
                                SigningSelector.unmonitored(SigningPolicy.NOTHING),
                                clock)),
                        new MemoryBudget(1 << 20))
                .open(new SmtpTransaction(
                        new Client.Ip(IpNetwork.parseAddress("192.0.2.1").orElseThrow(), ""),
                        "mail.sender.example",
                        ReversePath.parse("a@sender.example"),
                        Optional.empty(),
                        "",
                        "mx.receiver.example"));
    }

    private static WeakReference<byte[]> body(MessageSession message, String text) {
        byte[] octets = text.repeat(2_000).getBytes(StandardCharsets.US_ASCII);
        message.body(octets, 0, octets.length);
        return new WeakReference<>(octets);
    }

    @ParameterizedTest
    @ValueSource(strings = {"relaxed/relaxed", "relaxed/simple", "simple/relaxed", "simple/simple"})
    void aMessageThatHasItsWholeBodyKeepsNoPieceOfIt(String canonicalization) {
        try (MessageSession message = open()) {
            message.header(HeaderField.of("From", " a@sender.example"));
            message.header(HeaderField.of(
                    "DKIM-Signature",
                    " v=1; a=rsa-sha256; c=" + canonicalization + "; d=sender.example; s=s1; h=from; bh="
                            + "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=" + "A".repeat(172)));
            message.endOfHeaders();
            for (String text : new String[] {"words and  words \r\n", "\r\n", "no line end ", "\t \t"}) {
                WeakReference<byte[]> piece = body(message, text);
                assertThat(isReachable(piece)).as(text).isFalse();
            }
            assertThat(message.conclude()).isInstanceOf(MessageOutcome.Judged.class);
        }
    }

    private static boolean isReachable(WeakReference<byte[]> octets) {
        for (int i = 0; i < 20 && octets.get() != null; i++) {
            System.gc();
        }
        return octets.get() != null;
    }
}

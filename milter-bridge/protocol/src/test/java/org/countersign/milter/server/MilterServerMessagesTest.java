package org.countersign.milter.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.milter.testing.Commands.ALL_ACTIONS;
import static org.countersign.milter.testing.Commands.ALL_PROTOCOL;
import static org.countersign.milter.testing.Commands.body;
import static org.countersign.milter.testing.Commands.connect;
import static org.countersign.milter.testing.Commands.endOfBody;
import static org.countersign.milter.testing.Commands.endOfHeaders;
import static org.countersign.milter.testing.Commands.header;
import static org.countersign.milter.testing.Commands.mail;
import static org.countersign.milter.testing.Commands.offer;
import static org.countersign.milter.testing.Commands.recipient;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.countersign.metrics.Meter;
import org.countersign.milter.session.FilterDecision;
import org.countersign.milter.session.FilterVerdict;
import org.countersign.milter.session.SessionSettings;
import org.countersign.milter.testing.RawClient;
import org.countersign.milter.testing.RecordingFilter;
import org.countersign.milter.wire.CommandCodec;
import org.countersign.milter.wire.MilterCommand;
import org.countersign.milter.wire.MilterReply;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MemoryBudget;
import org.junit.jupiter.api.Test;

class MilterServerMessagesTest extends MilterServerTestBase {
    private byte[] wholeMessage() {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (MilterCommand command : List.of(
                offer(6, ALL_ACTIONS, ALL_PROTOCOL),
                connect(),
                mail("<>"),
                recipient("b"),
                header("From", " a"),
                endOfHeaders(),
                body("hello\r\n"),
                endOfBody(""))) {
            octets.writeBytes(CommandCodec.encode(command));
        }
        return octets.toByteArray();
    }

    private void expectVerdict(RawClient peer) throws IOException {
        assertThat(peer.receive()).isInstanceOf(MilterReply.Negotiated.class);
        assertThat(peer.receive()).isEqualTo(new MilterReply.Continue());
        assertThat(filter.message().body()).isEqualTo("hello\r\n");
    }

    @Test
    void packetsMayArriveInSingleOctets() throws IOException {
        try (MilterServer server = start(settings(LOOPBACK), filter);
                RawClient peer = new RawClient(server.addresses().getFirst())) {
            for (byte octet : wholeMessage()) {
                peer.send(octet);
            }
            expectVerdict(peer);
        }
    }

    @Test
    void packetsMayArriveAllAtOnce() throws IOException {
        try (MilterServer server = start(settings(LOOPBACK), filter);
                RawClient peer = new RawClient(server.addresses().getFirst())) {
            peer.send(wholeMessage());
            expectVerdict(peer);
        }
    }

    @Test
    void badLengthsAndUnknownCodesEndTheConnection() throws IOException {
        try (MilterServer server = start(settings(LOOPBACK), filter)) {
            for (byte[] bad : List.of(
                    new byte[] {0, 0, 0, 0},
                    new byte[] {(byte) 0x80, 0, 0, 0, 'B'},
                    new byte[] {0x7f, -1, -1, -1, 'B'},
                    new byte[] {0, 0, 0, 1, '!'},
                    "GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII))) {
                try (RawClient peer = negotiated(server)) {
                    peer.send(connect(), mail("<>"), recipient("b")).send(bad);
                    assertThat(peer.isClosedByServer()).isTrue();
                }
            }
        }
        assertThat(filter.messages()).allMatch(message -> message.finished.isEmpty() && message.closes == 1);
    }

    @Test
    void aLongDecisionIsReportedAsProgress() throws IOException {
        CountDownLatch heard = new CountDownLatch(1);
        RecordingFilter slow = RecordingFilter.deciding(message -> {
            await(heard);
            return new FilterDecision(
                    new FilterVerdict.Accept(), List.of(new HeaderEdit.Prepend(HeaderField.of("A", " b"))));
        });
        SessionSettings quick = new SessionSettings(Duration.ofMillis(1), 10, 10, 1000, 5);
        try (MilterServer server = start(settings(LOOPBACK).withSessions(quick), slow);
                RawClient peer = negotiated(server)) {
            peer.send(connect(), mail("<>"), recipient("b"), endOfBody(""));
            for (int i = 0; i < 5; i++) {
                assertThat(peer.receive()).isEqualTo(new MilterReply.Progress());
            }
            heard.countDown();
            MilterReply reply = peer.receive();
            while (reply instanceof MilterReply.Progress) {
                reply = peer.receive();
            }
            assertThat(reply).isInstanceOf(MilterReply.InsertHeader.class);
            assertThat(peer.receive()).isEqualTo(new MilterReply.Continue());
        }
    }

    @Test
    void oneConnectionServesManyMessages() throws IOException {
        try (MilterServer server = start(settings(LOOPBACK), filter);
                RawClient peer = negotiated(server)) {
            peer.send(connect());
            for (int i = 0; i < 50; i++) {
                peer.send(mail("<>"), recipient("b"), endOfHeaders(), body("x"), endOfBody(""));
                assertThat(peer.receive()).isEqualTo(new MilterReply.Continue());
                peer.send(new MilterCommand.Abort());
            }
            assertThat(metrics.value(ServerMetrics.DECIDED_MESSAGES)).isEqualTo(50);
            assertThat(metrics.value(ServerMetrics.CONNECTIONS)).isEqualTo(1);
        }
    }

    private void assertDeferred(MilterServer server, MemoryBudget memory, MilterCommand... tooLarge)
            throws IOException {
        try (RawClient peer = negotiated(server)) {
            peer.send(connect(), mail("<a@client.example>"), recipient("<b@receiver.example>"));
            peer.send(tooLarge);
            peer.send(endOfBody(""));
            assertThat(peer.receive())
                    .isInstanceOfSatisfying(
                            MilterReply.ReplyCode.class,
                            reply -> assertThat(reply.text().enhancedCode()).isEqualTo("4.3.2"));
            // The connection stays open, and the next message is accepted.
            peer.send(mail("<a@client.example>"), recipient("<b@receiver.example>"), header("From", " a"));
            peer.send(endOfHeaders(), body("x"), endOfBody(""));
            assertThat(peer.receive()).isInstanceOf(MilterReply.Continue.class);
            assertThat(memory.used()).isZero();
        }
    }

    @Test
    void aCommandBeyondTheMemoryBudgetDefersItsMessageOnly() throws IOException {
        MemoryBudget memory = new MemoryBudget(30_000);
        try (MilterServer server = MilterServer.start(settings(LOOPBACK), filter, memory, Meter.NONE)) {
            assertDeferred(server, memory, header("From", " " + "a".repeat(100_000)));
            assertThat(memory.refusals()).isEqualTo(1);
        }
        assertThat(memory.used()).isZero();
    }

    @Test
    void aBodyOfAnySizeNeedsNoMemoryOfTheBudget() throws IOException {
        MemoryBudget memory = new MemoryBudget(1);
        try (MilterServer server = MilterServer.start(settings(LOOPBACK), filter, memory, Meter.NONE);
                RawClient peer = negotiated(server)) {
            peer.send(connect(), mail("<a@client.example>"), recipient("<b@receiver.example>"));
            peer.send(header("From", " a"), endOfHeaders());
            for (int i = 0; i < 10; i++) {
                peer.send(body("x".repeat(65_535)));
            }
            peer.send(endOfBody("y".repeat(65_535)));
            assertThat(peer.receive()).isInstanceOf(MilterReply.Continue.class);
            assertThat(memory.refusals()).isZero();
        }
    }

    @Test
    void aBrokenConnectionReleasesItsMemory() throws IOException, InterruptedException {
        MemoryBudget memory = new MemoryBudget(1 << 20);
        try (MilterServer server = MilterServer.start(settings(LOOPBACK), filter, memory, Meter.NONE)) {
            try (RawClient peer = negotiated(server)) {
                peer.send(connect(), mail("<a@client.example>"), header("From", " " + "a".repeat(50_000)));
                while (memory.used() == 0) {
                    Thread.sleep(5);
                }
            }
            while (memory.used() > 0) {
                Thread.sleep(5);
            }
        }
        assertThat(memory.refusals()).isZero();
    }
}

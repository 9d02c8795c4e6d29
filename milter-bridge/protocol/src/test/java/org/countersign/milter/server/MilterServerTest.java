package org.countersign.milter.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.countersign.metrics.Meter;
import org.countersign.metrics.MetricRegistry;
import org.countersign.milter.session.FilterDecision;
import org.countersign.milter.session.FilterVerdict;
import org.countersign.milter.session.MessageFilter;
import org.countersign.milter.session.SessionSettings;
import org.countersign.milter.testing.RawPeer;
import org.countersign.milter.testing.RecordingFilter;
import org.countersign.milter.wire.CommandCodec;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.milter.wire.MilterCommand;
import org.countersign.milter.wire.MilterReply;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MemoryBudget;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class MilterServerTest {
    private final MetricRegistry metrics = new MetricRegistry();
    private static final ListenAddress LOOPBACK = new ListenAddress.Inet("127.0.0.1", 0, false);

    @TempDir
    Path directory;

    private final RecordingFilter filter = RecordingFilter.accepting();

    private static ServerSettings settings(ListenAddress... addresses) {
        return ServerSettings.listeningOn(List.of(addresses));
    }

    private MilterServer start(ServerSettings settings, MessageFilter filter) throws IOException {
        return MilterServer.start(settings, filter, MemoryBudget.ofHeap(), metrics);
    }

    private void assertDeferredWhole(MilterServer server, MemoryBudget memory, MilterCommand... tooMuch)
            throws IOException {
        try (RawPeer peer = negotiated(server)) {
            peer.send(connect(), mail("<a@client.example>"), recipient("<b@receiver.example>"));
            peer.send(tooMuch);
            peer.send(endOfBody(""));
            assertThat(peer.receive())
                    .isInstanceOfSatisfying(
                            MilterReply.ReplyCode.class,
                            reply -> assertThat(reply.text().enhancedCode()).isEqualTo("4.3.2"));
            // The connection lives on, and the next message is taken.
            peer.send(mail("<a@client.example>"), recipient("<b@receiver.example>"), header("From", " a"));
            peer.send(endOfHeaders(), body("x"), endOfBody(""));
            assertThat(peer.receive()).isInstanceOf(MilterReply.Continue.class);
            assertThat(memory.used()).isZero();
        }
    }

    @Test
    void aCommandThatThereIsNoMemoryForEndsTheMessageAndNothingElse() throws IOException {
        MemoryBudget memory = new MemoryBudget(30_000);
        try (MilterServer server = MilterServer.start(settings(LOOPBACK), filter, memory, Meter.NONE)) {
            assertDeferredWhole(server, memory, header("From", " " + "a".repeat(100_000)));
            assertDeferredWhole(server, memory, header("From", " a"), endOfHeaders(), body("x".repeat(60_000)));
            assertThat(memory.refusals()).isEqualTo(2);
        }
        assertThat(memory.used()).isZero();
    }

    @Test
    void aConnectionThatBreaksGivesItsMemoryBack() throws IOException, InterruptedException {
        MemoryBudget memory = new MemoryBudget(1 << 20);
        try (MilterServer server = MilterServer.start(settings(LOOPBACK), filter, memory, Meter.NONE)) {
            try (RawPeer peer = negotiated(server)) {
                peer.send(connect(), mail("<a@client.example>"), header("From", " a"), endOfHeaders());
                peer.send(body("x".repeat(60_000)));
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

    private static RawPeer negotiated(MilterServer server) throws IOException {
        RawPeer peer = new RawPeer(server.addresses().getFirst());
        peer.send(offer(6, ALL_ACTIONS, ALL_PROTOCOL));
        assertThat(peer.receive()).isInstanceOf(MilterReply.Negotiated.class);
        return peer;
    }

    @Nested
    class OnTheWire {
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

        private void expectVerdict(RawPeer peer) throws IOException {
            assertThat(peer.receive()).isInstanceOf(MilterReply.Negotiated.class);
            assertThat(peer.receive()).isEqualTo(new MilterReply.Continue());
            assertThat(filter.message().body()).isEqualTo("hello\r\n");
        }

        @Test
        void packetsMayComeInSingleOctets() throws IOException {
            try (MilterServer server = start(settings(LOOPBACK), filter);
                    RawPeer peer = new RawPeer(server.addresses().getFirst())) {
                for (byte octet : wholeMessage()) {
                    peer.send(octet);
                }
                expectVerdict(peer);
            }
        }

        @Test
        void packetsMayComeAllAtOnce() throws IOException {
            try (MilterServer server = start(settings(LOOPBACK), filter);
                    RawPeer peer = new RawPeer(server.addresses().getFirst())) {
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
                    try (RawPeer peer = negotiated(server)) {
                        peer.send(connect(), mail("<>"), recipient("b")).send(bad);
                        assertThat(peer.isHungUpOn()).isTrue();
                    }
                }
            }
            assertThat(filter.messages()).allMatch(message -> message.finished.isEmpty() && message.closes == 1);
        }

        @Test
        void theMailServerHearsThatADecisionTakesItsTime() throws IOException {
            CountDownLatch heard = new CountDownLatch(1);
            RecordingFilter slow = RecordingFilter.deciding(message -> {
                await(heard);
                return new FilterDecision(
                        new FilterVerdict.Accept(), List.of(new HeaderEdit.Prepend(HeaderField.of("A", " b"))));
            });
            SessionSettings quick = new SessionSettings(Duration.ofMillis(1), 10, 10, 1000, 5);
            try (MilterServer server = start(settings(LOOPBACK).withSessions(quick), slow);
                    RawPeer peer = negotiated(server)) {
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
        void aConnectionTakesManyMessages() throws IOException {
            try (MilterServer server = start(settings(LOOPBACK), filter);
                    RawPeer peer = negotiated(server)) {
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
    }

    @Nested
    class Connections {
        @Test
        void thatBreakInAMessageLeaveNothingBehind() throws Exception {
            try (MilterServer server = start(settings(LOOPBACK), filter)) {
                RawPeer peer = negotiated(server);
                peer.send(connect(), mail("<>"), recipient("b"), endOfHeaders());
                // The first half of a piece of body, then nothing.
                peer.send((byte) 0, (byte) 0, (byte) 4, (byte) 0, (byte) 'B', (byte) 'x');
                while (filter.messages().isEmpty()) {
                    Thread.onSpinWait();
                }
                filter.message().begunBody.await();
                peer.close();
                filter.message().closed.await();
            }
            assertThat(filter.message().finished).isEmpty();
            assertThat(filter.message().closes).isEqualTo(1);
        }

        @Test
        void thatAreIdleAreClosed() throws IOException {
            try (MilterServer server =
                            start(settings(LOOPBACK).withTimeouts(idleAfter(Duration.ofMillis(750))), filter);
                    RawPeer peer = negotiated(server)) {
                assertThat(peer.isHungUpOn()).isTrue();
            }
        }

        @Test
        void thatWaitForTheFilterAreNotIdle() throws IOException {
            CountDownLatch otherIsClosed = new CountDownLatch(1);
            RecordingFilter slow = RecordingFilter.deciding(message -> {
                await(otherIsClosed);
                return FilterDecision.of(new FilterVerdict.Accept());
            });
            try (MilterServer server = start(settings(LOOPBACK).withTimeouts(idleAfter(Duration.ofMillis(750))), slow);
                    RawPeer waiting = negotiated(server);
                    RawPeer idle = negotiated(server)) {
                waiting.send(connect(), mail("<>"), recipient("b"), endOfBody(""));
                assertThat(idle.isHungUpOn()).isTrue();
                otherIsClosed.countDown();
                assertThat(waiting.receive()).isEqualTo(new MilterReply.Continue());
            }
        }

        @Test
        void thatDoNotNegotiateAreClosedHoweverSlowlyTheySend() throws IOException {
            ConnectionTimeouts timeouts = new ConnectionTimeouts(
                    Duration.ofMillis(300), Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1));
            try (MilterServer server = start(settings(LOOPBACK).withTimeouts(timeouts), filter);
                    RawPeer silent = new RawPeer(server.addresses().getFirst());
                    RawPeer slow = new RawPeer(server.addresses().getFirst());
                    RawPeer negotiated = negotiated(server)) {
                slow.send((byte) 0, (byte) 0, (byte) 0, (byte) 13, (byte) 'O');
                assertThat(silent.isHungUpOn()).isTrue();
                assertThat(slow.isHungUpOn()).isTrue();
                negotiated.send(connect(), mail("<>"), recipient("b"), endOfBody(""));
                assertThat(negotiated.receive()).isEqualTo(new MilterReply.Continue());
            }
        }

        @Test
        void thatStopInsideAMessageAreClosedAndTheMessageIsLetGo() throws Exception {
            ConnectionTimeouts timeouts = new ConnectionTimeouts(
                    Duration.ofHours(1), Duration.ofMillis(300), Duration.ofHours(1), Duration.ofHours(1));
            try (MilterServer server = start(settings(LOOPBACK).withTimeouts(timeouts), filter);
                    RawPeer idle = negotiated(server);
                    RawPeer inMessage = negotiated(server)) {
                inMessage.send(connect(), mail("<>"), recipient("b"), header("From", " a"));
                // A command that is never whole.
                inMessage.send((byte) 0, (byte) 0, (byte) 4, (byte) 0, (byte) 'B', (byte) 'x');
                assertThat(inMessage.isHungUpOn()).isTrue();
                filter.message().closed.await();
                idle.send(connect());
                assertThat(metrics.value(ServerMetrics.CONNECTIONS)).isEqualTo(2);
            }
            assertThat(filter.message().finished).isEmpty();
        }

        @Test
        void withoutAMessageForLongestGiveWayToNewOnes() throws IOException {
            try (MilterServer server = start(settings(LOOPBACK).withMostConnections(2), filter);
                    RawPeer busy = negotiated(server)) {
                busy.send(connect(), mail("<>"), recipient("b"), header("From", " a"));
                while (metrics.value(ServerMetrics.OPEN_MESSAGES) == 0) {
                    Thread.onSpinWait();
                }
                try (RawPeer idle = negotiated(server);
                        RawPeer next = negotiated(server);
                        RawPeer last = negotiated(server)) {
                    assertThat(idle.isHungUpOn()).isTrue();
                    assertThat(next.isHungUpOn()).isTrue();
                    for (RawPeer peer : List.of(busy, last)) {
                        if (peer == last) {
                            peer.send(connect(), mail("<>"), recipient("b"));
                        }
                        peer.send(endOfBody(""));
                        assertThat(peer.receive()).isEqualTo(new MilterReply.Continue());
                    }
                }
            }
        }

        @Test
        void waitForTheirTurnWhileAllOthersHaveAMessage() throws IOException {
            try (MilterServer server = start(settings(LOOPBACK).withMostConnections(1), filter);
                    RawPeer first = negotiated(server)) {
                first.send(connect(), mail("<>"), recipient("b"));
                while (metrics.value(ServerMetrics.OPEN_MESSAGES) == 0) {
                    Thread.onSpinWait();
                }
                try (RawPeer second = new RawPeer(server.addresses().getFirst())) {
                    second.send(offer(6, ALL_ACTIONS, ALL_PROTOCOL));
                    first.send(endOfBody(""));
                    assertThat(first.receive()).isEqualTo(new MilterReply.Continue());
                    // Without a message it gives way.
                    assertThat(second.receive()).isInstanceOf(MilterReply.Negotiated.class);
                    assertThat(first.isHungUpOn()).isTrue();
                }
            }
        }

        @Test
        void areServedOnSeveralAddresses() throws IOException {
            ListenAddress unix = new ListenAddress.Unix(directory.resolve("milter.sock"));
            try (MilterServer server = start(settings(LOOPBACK, unix), filter)) {
                assertThat(server.addresses()).hasSize(2).last().isEqualTo(unix);
                assertThat(((ListenAddress.Inet) server.addresses().getFirst()).port())
                        .isPositive();
                for (ListenAddress address : server.addresses()) {
                    try (RawPeer peer = new RawPeer(address)) {
                        peer.send(offer(6, 0, 0));
                        assertThat(peer.receive()).isInstanceOf(MilterReply.Negotiated.class);
                    }
                }
            }
        }
    }

    @Nested
    class Closing {
        @Test
        void letsAMessageUnderWayFinish() throws Exception {
            CountDownLatch deciding = new CountDownLatch(1);
            CountDownLatch closing = new CountDownLatch(1);
            RecordingFilter slow = RecordingFilter.deciding(message -> {
                deciding.countDown();
                await(closing);
                return FilterDecision.of(new FilterVerdict.Accept());
            });
            MilterServer server = start(settings(LOOPBACK), slow);
            try (RawPeer busy = negotiated(server);
                    RawPeer quiet = negotiated(server)) {
                busy.send(connect(), mail("<>"), recipient("b"), endOfBody(""));
                deciding.await();
                Thread closer = Thread.ofVirtual().start(server::close);
                assertThat(quiet.isHungUpOn()).isTrue();
                closing.countDown();
                assertThat(busy.receive()).isEqualTo(new MilterReply.Continue());
                assertThat(busy.isHungUpOn()).isTrue();
                closer.join();
            }
            assertThat(metrics.value(ServerMetrics.OPEN_CONNECTIONS)).isZero();
            assertThat(metrics.value(ServerMetrics.OPEN_MESSAGES)).isZero();
        }

        @Test
        void cutsOffWhatTakesTooLong() throws IOException {
            MilterServer server = start(settings(LOOPBACK).withGrace(Duration.ZERO), filter);
            try (RawPeer peer = negotiated(server)) {
                peer.send(connect(), mail("<>"), recipient("b"));
                while (metrics.value(ServerMetrics.OPEN_MESSAGES) == 0) {
                    Thread.onSpinWait();
                }
                server.close();
                assertThat(peer.isHungUpOn()).isTrue();
            }
            assertThat(filter.message().finished).isEmpty();
            assertThat(filter.message().closes).isEqualTo(1);
            assertThat(metrics.value(ServerMetrics.OPEN_CONNECTIONS)).isZero();
        }

        @Test
        void interruptsAFilterThatTakesTooLong() throws Exception {
            CountDownLatch deciding = new CountDownLatch(1);
            RecordingFilter stuck = RecordingFilter.deciding(message -> {
                deciding.countDown();
                await(new CountDownLatch(1));
                return FilterDecision.of(new FilterVerdict.Accept());
            });
            MilterServer server = start(settings(LOOPBACK).withGrace(Duration.ZERO), stuck);
            try (RawPeer peer = negotiated(server)) {
                peer.send(connect(), mail("<>"), recipient("b"), endOfBody(""));
                deciding.await();
                server.close();
                assertThat(peer.isHungUpOn()).isTrue();
            }
            assertThat(stuck.message().closes).isEqualTo(1);
            assertThat(metrics.value(ServerMetrics.OPEN_CONNECTIONS)).isZero();
        }

        @Test
        void freesTheAddress() throws IOException {
            MilterServer first = start(settings(LOOPBACK), filter);
            ListenAddress address = first.addresses().getFirst();
            first.close();
            first.close();
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> new RawPeer(address).close());
            start(settings(address), filter).close();
        }

        // Repeated, since it depends on the moment whether the second connection is still in the queue, being
        // accepted, or waiting.
        @RepeatedTest(50)
        void doesNotWaitForConnectionsThatWaitForTheirTurn() throws IOException {
            MilterServer server = start(settings(LOOPBACK).withMostConnections(1), filter);
            try (RawPeer first = negotiated(server);
                    RawPeer second = new RawPeer(server.addresses().getFirst())) {
                server.close();
                assertThat(first.isHungUpOn()).isTrue();
                assertThat(second.isHungUpOn()).isTrue();
            }
        }
    }

    private static ConnectionTimeouts idleAfter(Duration idle) {
        return new ConnectionTimeouts(Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1), idle);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

package org.countersign.milter.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.milter.testing.Commands.ALL_ACTIONS;
import static org.countersign.milter.testing.Commands.ALL_PROTOCOL;
import static org.countersign.milter.testing.Commands.connect;
import static org.countersign.milter.testing.Commands.endOfBody;
import static org.countersign.milter.testing.Commands.endOfHeaders;
import static org.countersign.milter.testing.Commands.header;
import static org.countersign.milter.testing.Commands.mail;
import static org.countersign.milter.testing.Commands.offer;
import static org.countersign.milter.testing.Commands.recipient;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.countersign.milter.session.FilterDecision;
import org.countersign.milter.session.FilterVerdict;
import org.countersign.milter.session.SessionStage;
import org.countersign.milter.testing.NanoClock;
import org.countersign.milter.testing.RawClient;
import org.countersign.milter.testing.RecordingFilter;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.milter.wire.MilterCommand;
import org.countersign.milter.wire.MilterReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MilterServerConnectionsTest extends MilterServerTestBase {
    private static final Duration NEVER = Duration.ofDays(1);

    private final NanoClock clock = new NanoClock();

    @TempDir
    Path directory;

    @Test
    void aConnectionThatBreaksInsideAMessageClosesTheMessage() throws Exception {
        try (MilterServer server = start(settings(LOOPBACK), filter)) {
            RawClient peer = negotiated(server);
            peer.send(connect(), mail("<>"), recipient("b"), endOfHeaders());
            // The first half of a body packet, then nothing.
            peer.send((byte) 0, (byte) 0, (byte) 4, (byte) 0, (byte) 'B', (byte) 'x');
            awaitMessage();
            filter.message().begunBody.await();
            peer.close();
            filter.message().closed.await();
        }
        assertThat(filter.message().finished).isEmpty();
        assertThat(filter.message().closes).isEqualTo(1);
    }

    @Test
    void anIdleConnectionIsClosed() throws IOException {
        ServerSettings settings = settings(LOOPBACK).withTimeouts(idleAfter(Duration.ofMillis(750)));
        try (MilterServer server = start(settings, filter, clock);
                RawClient peer = negotiated(server)) {
            clock.run(Duration.ofSeconds(1));
            assertThat(peer.isClosedByServer()).isTrue();
        }
    }

    @Test
    void aConnectionThatWaitsForTheFilterIsNotIdle() throws Exception {
        CountDownLatch otherIsClosed = new CountDownLatch(1);
        RecordingFilter slow = RecordingFilter.deciding(message -> {
            await(otherIsClosed);
            return FilterDecision.of(new FilterVerdict.Accept());
        });
        ServerSettings settings = settings(LOOPBACK).withTimeouts(idleAfter(Duration.ofSeconds(2)));
        try (MilterServer server = start(settings, slow, clock);
                RawClient waiting = negotiated(server).send(connect(), mail("<>"), recipient("b"), endOfBody(""));
                RawClient idle = negotiated(server)) {
            slow.awaitDecision();
            clock.run(Duration.ofSeconds(1));
            assertThat(idle.isClosedByServer()).isTrue();
            otherIsClosed.countDown();
            assertThat(waiting.receive()).isEqualTo(new MilterReply.Continue());
        }
    }

    @Test
    void aConnectionThatDoesNotNegotiateIsClosedEvenIfItSends() throws IOException {
        ConnectionTimeouts timeouts = new ConnectionTimeouts(Duration.ofSeconds(3), NEVER, NEVER, NEVER);
        try (MilterServer server = start(settings(LOOPBACK).withTimeouts(timeouts), filter, clock);
                RawClient silent = new RawClient(server.addresses().getFirst());
                RawClient slow = new RawClient(server.addresses().getFirst());
                RawClient negotiated = negotiated(server)) {
            slow.send((byte) 0, (byte) 0, (byte) 0, (byte) 13, (byte) 'O');
            clock.run(Duration.ofSeconds(1));
            assertThat(silent.isClosedByServer()).isTrue();
            assertThat(slow.isClosedByServer()).isTrue();
            negotiated.send(connect(), mail("<>"), recipient("b"), endOfBody(""));
            assertThat(negotiated.receive()).isEqualTo(new MilterReply.Continue());
        }
    }

    @Test
    void aConnectionThatStopsInsideAMessageIsClosedWithTheMessage() throws Exception {
        ConnectionTimeouts timeouts = new ConnectionTimeouts(NEVER, Duration.ofSeconds(2), NEVER, NEVER);
        try (MilterServer server = start(settings(LOOPBACK).withTimeouts(timeouts), filter, clock);
                RawClient idle = negotiated(server);
                RawClient inMessage = negotiated(server)) {
            beginContent(server, inMessage.send(connect()));
            // A command that is never completed.
            inMessage.send((byte) 0, (byte) 0, (byte) 4, (byte) 0, (byte) 'B', (byte) 'x');
            clock.run(Duration.ofSeconds(1));
            assertThat(inMessage.isClosedByServer()).isTrue();
            filter.message().closed.await();
            idle.send(connect());
            assertThat(metrics.value(ServerMetrics.CONNECTIONS)).isEqualTo(2);
        }
        assertThat(filter.message().finished).isEmpty();
    }

    @Test
    void aNewConnectionReplacesTheOneWithoutADecisionForLongest() throws Exception {
        try (MilterServer server = start(settings(LOOPBACK).withMaxConnections(2), filter, clock);
                RawClient decided = negotiated(server);
                RawClient half = negotiated(server)) {
            beginContent(server, half.send(connect()));
            clock.advance(Duration.ofSeconds(3));
            deliver(decided.send(connect()));
            try (RawClient next = negotiated(server)) {
                assertThat(half.isClosedByServer()).isTrue();
                deliver(decided);
                deliver(next.send(connect()));
            }
        }
    }

    @Test
    void theEndOfAMessageThatIsAbortedIsNoDecision() throws Exception {
        try (MilterServer server = start(settings(LOOPBACK).withMaxConnections(2), filter, clock);
                RawClient aborting = negotiated(server)) {
            clock.advance(Duration.ofSeconds(1));
            try (RawClient idle = negotiated(server)) {
                aborting.send(connect(), mail("<>"), recipient("b"), header("From", " a"), new MilterCommand.Abort());
                awaitMessage();
                filter.message().closed.await();
                clock.advance(Duration.ofSeconds(3));
                try (RawClient next = negotiated(server)) {
                    assertThat(aborting.isClosedByServer()).isTrue();
                    deliver(idle.send(connect()));
                    deliver(next.send(connect()));
                }
            }
        }
    }

    @Test
    void theTimeInWhichTheMailServerReceivesContentDoesNotCount() throws Exception {
        try (MilterServer server = start(settings(LOOPBACK).withMaxConnections(2), filter, clock);
                RawClient slow = negotiated(server)) {
            awaitContent(server, slow.send(connect()));
            try (RawClient idle = negotiated(server)) {
                clock.advance(Duration.ofSeconds(2));
                slow.send(header("From", " a"));
                awaitWaiting(server, at -> at.stage() == SessionStage.IN_MESSAGE);
                clock.advance(Duration.ofSeconds(1));
                try (RawClient next = negotiated(server)) {
                    assertThat(idle.isClosedByServer()).isTrue();
                    slow.send(endOfBody(""));
                    assertThat(slow.receive()).isEqualTo(new MilterReply.Continue());
                    deliver(next.send(connect()));
                }
            }
        }
    }

    @Test
    void theTimeFromADecisionToTheNextMessageDoesNotCount() throws Exception {
        try (MilterServer server = start(settings(LOOPBACK).withMaxConnections(2), filter, clock);
                RawClient decided = negotiated(server)) {
            deliver(decided.send(connect()));
            awaitWaiting(server, ConnectionTimeouts.Snapshot::idle);
            try (RawClient idle = negotiated(server)) {
                clock.advance(Duration.ofSeconds(2));
                beginContent(server, decided);
                clock.advance(Duration.ofSeconds(1));
                try (RawClient next = negotiated(server)) {
                    assertThat(idle.isClosedByServer()).isTrue();
                    decided.send(endOfBody(""));
                    assertThat(decided.receive()).isEqualTo(new MilterReply.Continue());
                    deliver(next.send(connect()));
                }
            }
        }
    }

    @Test
    void aMessageThatWaitsForItsDecisionIsNotInterrupted() throws Exception {
        CountDownLatch otherIsClosed = new CountDownLatch(1);
        RecordingFilter slow = RecordingFilter.deciding(message -> {
            await(otherIsClosed);
            return FilterDecision.of(new FilterVerdict.Accept());
        });
        try (MilterServer server = start(settings(LOOPBACK).withMaxConnections(1), slow, clock);
                RawClient waiting = negotiated(server)) {
            waiting.send(connect(), mail("<>"), recipient("b"), endOfBody(""));
            slow.awaitDecision();
            clock.run(Duration.ofSeconds(1));
            try (RawClient refused = new RawClient(server.addresses().getFirst())) {
                assertThat(refused.isClosedByServer()).isTrue();
            }
            otherIsClosed.countDown();
            assertThat(waiting.receive()).isEqualTo(new MilterReply.Continue());
        }
    }

    @Test
    void aConnectionThatEndsMessageAfterMessageIsReplacedBetweenThem() throws Exception {
        try (MilterServer server = start(settings(LOOPBACK).withMaxConnections(1), filter, clock);
                RawClient busy = negotiated(server)) {
            deliver(busy.send(connect()));
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        deliver(busy);
                    }
                } catch (IOException | AssertionError replaced) {
                    // Another connection has its place.
                }
            });
            try (RawClient next = negotiated(server)) {
                sender.join();
                deliver(next.send(connect()));
            }
        }
    }

    @Test
    void aNewConnectionWaitsWhileAllOthersHaveAMessage() throws IOException {
        try (MilterServer server = start(settings(LOOPBACK).withMaxConnections(1), filter, clock);
                RawClient first = negotiated(server)) {
            first.send(connect(), mail("<>"), recipient("b"));
            awaitOpenMessage();
            try (RawClient second = new RawClient(server.addresses().getFirst())) {
                second.send(offer(6, ALL_ACTIONS, ALL_PROTOCOL));
                first.send(endOfBody(""));
                assertThat(first.receive()).isEqualTo(new MilterReply.Continue());
                // After its message, the first connection is replaced.
                assertThat(second.receive()).isInstanceOf(MilterReply.Negotiated.class);
                assertThat(first.isClosedByServer()).isTrue();
            }
        }
    }

    @Test
    void severalAddressesAreServed() throws IOException {
        ListenAddress unix = new ListenAddress.Unix(directory.resolve("milter.sock"));
        try (MilterServer server = start(settings(LOOPBACK, unix), filter)) {
            assertThat(server.addresses()).hasSize(2).last().isEqualTo(unix);
            assertThat(((ListenAddress.Inet) server.addresses().getFirst()).port())
                    .isPositive();
            for (ListenAddress address : server.addresses()) {
                try (RawClient peer = new RawClient(address)) {
                    peer.send(offer(6, 0, 0));
                    assertThat(peer.receive()).isInstanceOf(MilterReply.Negotiated.class);
                }
            }
        }
    }

    private static void deliver(RawClient peer) throws IOException {
        peer.send(mail("<>"), recipient("b"), endOfBody(""));
        assertThat(peer.receive()).isEqualTo(new MilterReply.Continue());
    }

    /** Begins a message, until the server waits for its content. */
    private void awaitContent(MilterServer server, RawClient peer) throws Exception {
        peer.send(mail("<>"), recipient("b"));
        awaitWaiting(server, at -> at.stage() == SessionStage.AWAITING_CONTENT);
    }

    /** Begins a message, until the server waits for more of its content. */
    private void beginContent(MilterServer server, RawClient peer) throws Exception {
        awaitContent(server, peer);
        peer.send(header("From", " a"));
        awaitWaiting(server, at -> at.stage() == SessionStage.IN_MESSAGE);
    }

    private void awaitMessage() {
        while (filter.messages().isEmpty()) {
            Thread.onSpinWait();
        }
    }

    private static ConnectionTimeouts idleAfter(Duration idle) {
        return new ConnectionTimeouts(NEVER, NEVER, NEVER, idle);
    }
}

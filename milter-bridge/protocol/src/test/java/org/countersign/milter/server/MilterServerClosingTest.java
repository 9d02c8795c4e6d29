package org.countersign.milter.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.countersign.milter.testing.Commands.ALL_ACTIONS;
import static org.countersign.milter.testing.Commands.ALL_PROTOCOL;
import static org.countersign.milter.testing.Commands.connect;
import static org.countersign.milter.testing.Commands.endOfBody;
import static org.countersign.milter.testing.Commands.mail;
import static org.countersign.milter.testing.Commands.offer;
import static org.countersign.milter.testing.Commands.recipient;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.countersign.milter.session.FilterDecision;
import org.countersign.milter.session.FilterVerdict;
import org.countersign.milter.testing.NanoClock;
import org.countersign.milter.testing.RawClient;
import org.countersign.milter.testing.RecordingFilter;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.milter.wire.MilterReply;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class MilterServerClosingTest extends MilterServerTestBase {
    private final NanoClock clock = new NanoClock();

    @Test
    void closingLetsAMessageFinish() throws Exception {
        CountDownLatch closing = new CountDownLatch(1);
        RecordingFilter slow = RecordingFilter.deciding(message -> {
            await(closing);
            return FilterDecision.of(new FilterVerdict.Accept());
        });
        MilterServer server = start(settings(LOOPBACK), slow, clock);
        try (RawClient busy = negotiated(server)) {
            busy.send(connect(), mail("<>"), recipient("b"), endOfBody(""));
            slow.awaitDecision();
            Thread closer = closeWhenNothingListens(server);
            closing.countDown();
            assertThat(busy.receive()).isEqualTo(new MilterReply.Continue());
            clock.run(Duration.ofMillis(10));
            assertThat(busy.isClosedByServer()).isTrue();
            closer.join();
        }
        assertThat(metrics.value(ServerMetrics.OPEN_CONNECTIONS)).isZero();
        assertThat(metrics.value(ServerMetrics.OPEN_MESSAGES)).isZero();
    }

    @Test
    void closingServesAConnectionBetweenMessagesUntilItIsSilent() throws Exception {
        MilterServer server = start(settings(LOOPBACK), filter, clock);
        try (RawClient fresh = negotiated(server);
                RawClient later = negotiated(server)) {
            fresh.send(connect());
            deliver(later.send(connect()));
            Thread closer = closeWhenNothingListens(server);
            deliver(fresh);
            deliver(later);
            clock.run(Duration.ofMillis(10));
            assertThat(fresh.isClosedByServer()).isTrue();
            assertThat(later.isClosedByServer()).isTrue();
            closer.join();
        }
        assertThat(metrics.value(ServerMetrics.DECIDED_MESSAGES)).isEqualTo(3);
    }

    /** While the machine stands still, no mail server can send. */
    @Test
    void aStandstillBeforeOrWhileClosingIsNoSilence() throws Exception {
        MilterServer server = start(settings(LOOPBACK), filter, clock);
        try (RawClient peer = negotiated(server).send(connect())) {
            deliver(peer);
            clock.advance(Duration.ofSeconds(5));
            Thread closer = closeWhenNothingListens(server);
            awaitReadings(closer);
            deliver(peer);
            clock.advance(Duration.ofSeconds(5));
            awaitReadings(closer);
            deliver(peer);
            clock.run(Duration.ofMillis(10));
            assertThat(peer.isClosedByServer()).isTrue();
            closer.join();
        }
    }

    /** Waits until the end of the server has looked at the connections several times. */
    private void awaitReadings(Thread closer) throws InterruptedException {
        for (int reading = 0; reading < 20; reading++) {
            clock.awaitReader(closer);
        }
    }

    @Test
    void closingServesAConnectionBeforeItsNegotiation() throws Exception {
        MilterServer server = start(settings(LOOPBACK), filter, clock);
        try (RawClient peer = new RawClient(server.addresses().getFirst())) {
            while (metrics.value(ServerMetrics.OPEN_CONNECTIONS) == 0) {
                Thread.onSpinWait();
            }
            Thread closer = closeWhenNothingListens(server);
            peer.send(offer(6, ALL_ACTIONS, ALL_PROTOCOL));
            assertThat(peer.receive()).isInstanceOf(MilterReply.Negotiated.class);
            deliver(peer.send(connect()));
            clock.run(Duration.ofMillis(10));
            assertThat(peer.isClosedByServer()).isTrue();
            closer.join();
        }
    }

    @Test
    void beforeTheEndOfTheGraceTimeNoMessageBegins() throws Exception {
        MilterServer server = start(settings(LOOPBACK).withGrace(Duration.ofSeconds(10)), filter, clock);
        try (RawClient peer = negotiated(server).send(connect())) {
            Thread closer = Thread.ofVirtual().start(server::close);
            clock.awaitReader(closer);
            deliver(peer);
            clock.advance(Duration.ofSeconds(7));
            deliver(peer);
            clock.advance(Duration.ofSeconds(2));
            int delivered = deliverUntilClosed(peer);
            closer.join();
            assertThat(metrics.value(ServerMetrics.DECIDED_MESSAGES)).isEqualTo(2 + delivered);
            assertThat(filter.messages()).allMatch(message -> message.closes == 1);
        }
    }

    private static int deliverUntilClosed(RawClient peer) {
        int delivered = 0;
        try {
            while (true) {
                peer.send(mail("<>"), recipient("b"), endOfBody(""));
                if (peer.isClosedByServer()) {
                    return delivered;
                }
                delivered++;
            }
        } catch (IOException closed) {
            return delivered;
        }
    }

    /** Sends a message, and receives the decision. */
    private static void deliver(RawClient peer) throws IOException {
        peer.send(mail("<>"), recipient("b"), endOfBody(""));
        assertThat(peer.receive()).isEqualTo(new MilterReply.Continue());
    }

    private static Thread closeWhenNothingListens(MilterServer server) throws InterruptedException {
        Thread closer = Thread.ofVirtual().start(server::close);
        while (accepts(server)) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        return closer;
    }

    private static boolean accepts(MilterServer server) {
        try {
            new RawClient(server.addresses().getFirst()).close();
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    @Test
    void closingAbandonsAMessageAfterTheGraceTime() throws IOException {
        MilterServer server = start(settings(LOOPBACK).withGrace(Duration.ZERO), filter);
        try (RawClient peer = negotiated(server)) {
            peer.send(connect(), mail("<>"), recipient("b"));
            awaitOpenMessage();
            server.close();
            assertThat(peer.isClosedByServer()).isTrue();
        }
        assertThat(filter.message().finished).isEmpty();
        assertThat(filter.message().closes).isEqualTo(1);
        assertThat(metrics.value(ServerMetrics.OPEN_CONNECTIONS)).isZero();
    }

    @Test
    void closingInterruptsAFilterAfterTheGraceTime() throws Exception {
        RecordingFilter stuck = RecordingFilter.deciding(message -> {
            await(new CountDownLatch(1));
            return FilterDecision.of(new FilterVerdict.Accept());
        });
        MilterServer server = start(settings(LOOPBACK).withGrace(Duration.ZERO), stuck);
        try (RawClient peer = negotiated(server)) {
            peer.send(connect(), mail("<>"), recipient("b"), endOfBody(""));
            stuck.awaitDecision();
            server.close();
            assertThat(peer.isClosedByServer()).isTrue();
        }
        assertThat(stuck.message().closes).isEqualTo(1);
        assertThat(metrics.value(ServerMetrics.OPEN_CONNECTIONS)).isZero();
    }

    @Test
    void closingReleasesTheAddress() throws IOException {
        // Clients do not begin at this address, so that none of them can take the port.
        MilterServer first = start(settings(new ListenAddress.Inet("127.83.11.7", 0, false)), filter);
        ListenAddress address = first.addresses().getFirst();
        first.close();
        first.close();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> new RawClient(address).close());
        start(settings(address), filter).close();
    }

    // Repeated, because the second connection can be in the listen queue, being accepted, or waiting.
    @RepeatedTest(50)
    void closingDoesNotWaitForConnectionsThatWaitForASlot() throws IOException {
        MilterServer server = start(settings(LOOPBACK).withMaxConnections(1).withGrace(Duration.ZERO), filter);
        try (RawClient first = negotiated(server);
                RawClient second = new RawClient(server.addresses().getFirst())) {
            server.close();
            assertThat(first.isClosedByServer()).isTrue();
            assertThat(second.isClosedByServer()).isTrue();
        }
    }

    @Test
    void closingServesAConnectionThatWaitsForASlot() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        Logger log = Logger.getLogger(MilterServer.class.getName());
        Handler onWarning = new WarningHandler("connections-full", waiting);
        log.addHandler(onWarning);
        MilterServer server = start(settings(LOOPBACK).withMaxConnections(1), filter, clock);
        try (RawClient first = negotiated(server).send(connect(), mail("<>"), recipient("b"))) {
            awaitOpenMessage();
            try (RawClient second = new RawClient(server.addresses().getFirst())) {
                waiting.await();
                Thread closer = Thread.ofVirtual().start(server::close);
                second.send(offer(6, ALL_ACTIONS, ALL_PROTOCOL));
                assertThat(second.receive()).isInstanceOf(MilterReply.Negotiated.class);
                deliver(second.send(connect()));
                first.send(endOfBody(""));
                assertThat(first.receive()).isEqualTo(new MilterReply.Continue());
                clock.run(Duration.ofMillis(10));
                closer.join();
            }
        } finally {
            log.removeHandler(onWarning);
        }
    }

    /** Counts down at an event of the log. */
    private static final class WarningHandler extends Handler {
        private final String event;
        private final CountDownLatch latch;

        WarningHandler(String event, CountDownLatch latch) {
            this.event = event;
            this.latch = latch;
        }

        @Override
        public void publish(LogRecord logged) {
            if (event.equals(logged.getMessage())) {
                latch.countDown();
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}

package org.countersign.milter.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.milter.testing.Commands.ALL_ACTIONS;
import static org.countersign.milter.testing.Commands.ALL_PROTOCOL;
import static org.countersign.milter.testing.Commands.offer;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.countersign.metrics.MetricRegistry;
import org.countersign.milter.session.MessageFilter;
import org.countersign.milter.testing.NanoClock;
import org.countersign.milter.testing.RawClient;
import org.countersign.milter.testing.RecordingFilter;
import org.countersign.milter.testing.SessionLimits;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.milter.wire.MilterReply;
import org.countersign.smtp.MemoryBudget;
import org.junit.jupiter.api.Timeout;

/** A server on the loopback interface, and clients for it. */
@Timeout(240)
abstract class MilterServerTestBase {
    static final ListenAddress LOOPBACK = new ListenAddress.Inet("127.0.0.1", 0, false);

    final MetricRegistry metrics = new MetricRegistry();
    final RecordingFilter filter = RecordingFilter.accepting();

    /** The default settings, with {@link SessionLimits#withoutProgress()}. */
    static ServerSettings settings(ListenAddress... addresses) {
        return ServerSettings.listeningOn(List.of(addresses)).withSessions(SessionLimits.withoutProgress());
    }

    MilterServer start(ServerSettings settings, MessageFilter filter) throws IOException {
        return MilterServer.start(settings, filter, memory(), metrics);
    }

    /** Starts a server with a clock for its timeouts and for its end. */
    MilterServer start(ServerSettings settings, MessageFilter filter, NanoClock clock) throws IOException {
        return MilterServer.start(settings, filter, memory(), metrics, List.of(), clock);
    }

    /** Waits until the server waits for the next command of a connection that is in such a state. */
    static void awaitWaiting(MilterServer server, Predicate<ConnectionTimeouts.Snapshot> state)
            throws InterruptedException {
        while (server.snapshots().stream().noneMatch(at -> at.waited().isPositive() && state.test(at))) {
            Thread.sleep(1);
        }
    }

    static MemoryBudget memory() {
        return MemoryBudget.ofHeap();
    }

    /** A client that has negotiated all options. */
    static RawClient negotiated(MilterServer server) throws IOException {
        return negotiated(server.addresses().getFirst());
    }

    static RawClient negotiated(ListenAddress address) throws IOException {
        RawClient peer = new RawClient(address);
        peer.send(offer(6, ALL_ACTIONS, ALL_PROTOCOL));
        assertThat(peer.receive()).isInstanceOf(MilterReply.Negotiated.class);
        return peer;
    }

    /** Waits until the server has an open message. */
    void awaitOpenMessage() {
        while (metrics.value(ServerMetrics.OPEN_MESSAGES) == 0) {
            Thread.onSpinWait();
        }
    }

    static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

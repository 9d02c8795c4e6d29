package org.countersign.milter.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.countersign.milter.testing.Commands.connect;
import static org.countersign.milter.testing.Commands.endOfBody;
import static org.countersign.milter.testing.Commands.mail;
import static org.countersign.milter.testing.Commands.recipient;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.countersign.milter.session.FilterDecision;
import org.countersign.milter.session.FilterVerdict;
import org.countersign.milter.testing.RawClient;
import org.countersign.milter.testing.RecordingFilter;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.milter.wire.MilterReply;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class MilterServerClosingTest extends MilterServerTestBase {
    @Test
    void closingLetsAMessageFinish() throws Exception {
        CountDownLatch deciding = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        RecordingFilter slow = RecordingFilter.deciding(message -> {
            deciding.countDown();
            await(closing);
            return FilterDecision.of(new FilterVerdict.Accept());
        });
        MilterServer server = start(settings(LOOPBACK), slow);
        try (RawClient busy = negotiated(server);
                RawClient quiet = negotiated(server)) {
            busy.send(connect(), mail("<>"), recipient("b"), endOfBody(""));
            deciding.await();
            Thread closer = Thread.ofVirtual().start(server::close);
            assertThat(quiet.isClosedByServer()).isTrue();
            closing.countDown();
            assertThat(busy.receive()).isEqualTo(new MilterReply.Continue());
            assertThat(busy.isClosedByServer()).isTrue();
            closer.join();
        }
        assertThat(metrics.value(ServerMetrics.OPEN_CONNECTIONS)).isZero();
        assertThat(metrics.value(ServerMetrics.OPEN_MESSAGES)).isZero();
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
        CountDownLatch deciding = new CountDownLatch(1);
        RecordingFilter stuck = RecordingFilter.deciding(message -> {
            deciding.countDown();
            await(new CountDownLatch(1));
            return FilterDecision.of(new FilterVerdict.Accept());
        });
        MilterServer server = start(settings(LOOPBACK).withGrace(Duration.ZERO), stuck);
        try (RawClient peer = negotiated(server)) {
            peer.send(connect(), mail("<>"), recipient("b"), endOfBody(""));
            deciding.await();
            server.close();
            assertThat(peer.isClosedByServer()).isTrue();
        }
        assertThat(stuck.message().closes).isEqualTo(1);
        assertThat(metrics.value(ServerMetrics.OPEN_CONNECTIONS)).isZero();
    }

    @Test
    void closingReleasesTheAddress() throws IOException {
        MilterServer first = start(settings(LOOPBACK), filter);
        ListenAddress address = first.addresses().getFirst();
        first.close();
        first.close();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> new RawClient(address).close());
        start(settings(address), filter).close();
    }

    // Repeated, because the second connection can be in the listen queue, being accepted, or waiting.
    @RepeatedTest(50)
    void closingDoesNotWaitForConnectionsThatWaitForASlot() throws IOException {
        MilterServer server = start(settings(LOOPBACK).withMaxConnections(1), filter);
        try (RawClient first = negotiated(server);
                RawClient second = new RawClient(server.addresses().getFirst())) {
            server.close();
            assertThat(first.isClosedByServer()).isTrue();
            assertThat(second.isClosedByServer()).isTrue();
        }
    }
}

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

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.countersign.milter.session.Envelope;
import org.countersign.milter.session.FilterDecision;
import org.countersign.milter.session.FilterVerdict;
import org.countersign.milter.session.MacroValues;
import org.countersign.milter.session.MessageFilter;
import org.countersign.milter.session.MessageTransaction;
import org.countersign.milter.session.MilterSessionFactory;
import org.countersign.milter.testing.RawClient;
import org.countersign.milter.testing.SessionLimits;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.milter.wire.MilterCommand;
import org.countersign.milter.wire.MilterReply;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MemoryBudget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The processors, divided between connections, with a clock that only the test moves. */
@Timeout(240)
class ProcessorShareTest {
    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

    private final AtomicLong clock = new AtomicLong();

    private ProcessorShare share(int processors, Duration shortestPause) {
        return new ProcessorShare(processors, shortestPause, clock::get);
    }

    /** A header field costs a millisecond of work, and a decision takes an hour. */
    private final class SlowFilter implements MessageFilter, MessageTransaction {
        @Override
        public MessageTransaction begin(Envelope envelope) {
            return this;
        }

        @Override
        public void recipient(String address) {}

        @Override
        public void header(HeaderField field) {
            clock.addAndGet(MILLISECOND);
        }

        @Override
        public void endOfHeaders() {}

        @Override
        public void body(byte[] piece, int offset, int length) {}

        @Override
        public FilterDecision finish(MacroValues macros) {
            clock.addAndGet(TimeUnit.HOURS.toNanos(1));
            return FilterDecision.of(new FilterVerdict.Accept());
        }

        @Override
        public void close() {}
    }

    /** A connection that the test has accepted, and its client. */
    private final class Served implements AutoCloseable {
        final RawClient client;
        final MilterConnection connection;
        final Thread thread;

        Served(ProcessorShare processors) throws IOException {
            try (ServerSocketChannel listener = ServerSocketChannel.open()) {
                listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                client = new RawClient(new ListenAddress.Inet("127.0.0.1", port(listener), false));
                connection =
                        new MilterConnection(listener.accept(), MemoryBudget.ofHeap(), processors, System::nanoTime);
            }
            MilterSessionFactory sessions = new MilterSessionFactory(new SlowFilter(), SessionLimits.withoutProgress());
            thread = Thread.ofVirtual().start(() -> connection.serve(sessions));
            client.send(offer(6, ALL_ACTIONS, ALL_PROTOCOL));
            assertThat(client.receive()).isInstanceOf(MilterReply.Negotiated.class);
            client.send(connect(), mail("<>"), recipient("b"), header("From", " a"));
        }

        private static int port(ServerSocketChannel listener) throws IOException {
            return ((InetSocketAddress) listener.getLocalAddress()).getPort();
        }

        @Override
        public void close() throws IOException {
            client.close();
            connection.close();
        }
    }

    private static void awaitPausing(ProcessorShare processors) {
        while (processors.pausing() == 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aConnectionThatSendsWithoutEndPausesAndEndsWhenItIsClosed() throws Exception {
        ProcessorShare processors = share(2, Duration.ofDays(1));
        try (Served endless = new Served(processors)) {
            for (int field = 0; field < 10; field++) {
                endless.client.send(header("From", " a"));
            }
            awaitPausing(processors);

            endless.connection.close();
            endless.thread.join();
            assertThat(processors.pausing()).isZero();
        }
    }

    @Test
    void abortedMessagesCountLikeOthers() throws Exception {
        ProcessorShare processors = share(2, Duration.ofDays(1));
        try (Served endless = new Served(processors)) {
            for (int message = 0; message < 10; message++) {
                endless.client.send(new MilterCommand.Abort(), mail("<>"), recipient("b"), header("From", " a"));
            }
            awaitPausing(processors);
        }
    }

    @Test
    void theTimeOfADecisionIsNoWork() throws Exception {
        ProcessorShare processors = share(2, Duration.ofDays(1));
        try (Served ordinary = new Served(processors)) {
            for (int message = 0; message < 20; message++) {
                ordinary.client.send(endOfHeaders(), endOfBody(""));
                assertThat(ordinary.client.receive()).isEqualTo(new MilterReply.Continue());
                ordinary.client.send(mail("<>"), recipient("b"), header("From", " a"));
            }
        }
        assertThat(processors.pausing()).isZero();
    }

    /** Each connection works for a millisecond, then pauses while all others pause. */
    @ParameterizedTest
    @CsvSource({"1, 100", "2, 2", "2, 1000", "16, 16", "16, 1000", "64, 20000"})
    void anyNumberOfConnectionsUsesAboutHalfOfTheProcessors(int processors, int connections) {
        Duration pause = share(processors, Duration.ofNanos(1)).pause(MILLISECOND, connections - 1);
        double used = connections * MILLISECOND / (double) (MILLISECOND + pause.toNanos());
        assertThat(used).isLessThanOrEqualTo(processors * 0.51);
    }

    @Test
    void aLoneConnectionPausesForTheShortestTime() {
        Duration shortest = Duration.ofNanos(10_000);
        assertThat(share(2, shortest).pause(MILLISECOND, 0)).isEqualTo(shortest);
    }

    @Test
    void tenMillisecondsOfWorkAreFree() throws Exception {
        ProcessorShare processors = new ProcessorShare(1, Duration.ofNanos(1), () -> clock.addAndGet(MILLISECOND));
        MeasuredInput input = processors.measure(Channels.newChannel(new ByteArrayInputStream(new byte[0])));
        Waits waits = new Waits();
        for (int turn = 0; turn < 10; turn++) {
            processors.pauseAfterWork(input, waits, waits);
        }
        assertThat(waits.times).isEmpty();
        processors.pauseAfterWork(input, waits, waits);
        assertThat(waits.times).hasSize(1);
    }

    @Test
    void noneAreFreeInACrowd() throws Exception {
        ProcessorShare processors =
                new ProcessorShare(1, Duration.ofNanos(1), () -> clock.addAndGet(101 * MILLISECOND));
        MeasuredInput input = processors.measure(Channels.newChannel(new ByteArrayInputStream(new byte[0])));
        Waits waits = new Waits();
        processors.pauseAfterWork(input, waits, waits);
        assertThat(waits.times).isEmpty();
        processors.pauseAfterWork(input, waits, waits);
        assertThat(waits.times).hasSize(1);
    }

    @Test
    void aConnectionPausesForLongerTheMoreOthersPause() throws Exception {
        ProcessorShare processors = share(2, Duration.ofNanos(1));
        Waits waits = new Waits();
        waits.meanwhile = () -> {
            if (waits.times.size() < 4) {
                pause(processors, waits);
            }
        };
        pause(processors, waits);
        assertThat(waits.times).containsExactly(1L, MILLISECOND, 2 * MILLISECOND, 3 * MILLISECOND);
        assertThat(processors.pausing()).isZero();
    }

    /** Lets a connection work for a millisecond after it has used up its free turns. */
    private void pause(ProcessorShare processors, Waits waits) {
        MeasuredInput input = processors.measure(Channels.newChannel(new ByteArrayInputStream(new byte[0])));
        input.endTurns(10);
        clock.addAndGet(MILLISECOND);
        try {
            processors.pauseAfterWork(input, waits, waits);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The end of pauses, which records them instead of waiting. */
    private static final class Waits extends CountDownLatch implements Runnable {
        final List<Long> times = new ArrayList<>();
        Runnable meanwhile = () -> {};

        Waits() {
            super(1);
        }

        @Override
        public void run() {}

        @Override
        public boolean await(long timeout, TimeUnit unit) {
            times.add(unit.toNanos(timeout));
            meanwhile.run();
            return false;
        }
    }

    @Test
    void aThreadThatWasSuspendedDoesNotPauseForLong() {
        ProcessorShare processors = share(2, Duration.ofNanos(1));
        assertThat(processors.pause(TimeUnit.DAYS.toNanos(1), 1000)).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void waitingForInputIsNoWorkAndItsOctetsAre() throws IOException {
        MeasuredInput input = share(1, Duration.ZERO)
                .measure(Channels.newChannel(new FilterInputStream(new ByteArrayInputStream(new byte[1000])) {
                    @Override
                    public int read(byte[] buffer, int offset, int length) throws IOException {
                        clock.addAndGet(TimeUnit.HOURS.toNanos(1));
                        return super.read(buffer, offset, length);
                    }
                }));
        clock.addAndGet(7);
        assertThat(input.read(ByteBuffer.allocate(1000))).isEqualTo(1000);
        clock.addAndGet(5);
        assertThat(input.worked()).isEqualTo(7 + MeasuredInput.READ_COST + 1000 + 5);

        assertThat(input.read(ByteBuffer.allocate(1000))).isEqualTo(-1);
        assertThat(input.worked()).isEqualTo(7 + 2 * MeasuredInput.READ_COST + 1000 + 5);
        input.restart();
        assertThat(input.worked()).isZero();
    }
}

package org.countersign.milter.server;

import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Divides the processors between the connections of a server. A connection that has worked for ten milliseconds without
 * a decision pauses after each further one, for longer the more others pause. In a crowd it does so earlier. So
 * connections that send without end use about half of the processors together, however many they are, and others find a
 * processor. Thread-safe.
 *
 * <p>Thread.yield is not enough. The scheduler of virtual threads has several queues. Each of its threads stays with one
 * queue until this queue is empty, and a virtual thread that yields returns to it. So a few connections with endless input
 * would keep every thread of the scheduler, and tasks in other queues would not run, such as those that wait for the DNS.
 */
final class ProcessorShare {
    private static final long TURN = TimeUnit.MILLISECONDS.toNanos(1);

    // Far more than a usual message needs, so that mail servers do not pause even if all processors are busy.
    private static final int FREE_TURNS = 10;

    // How long a connection yields if a hundred others work on each processor. If each of a thousand worked for ten
    // milliseconds first, others would wait for seconds, and again and again if those that are closed connect again.
    private static final long CROWDED = 100 * TURN;

    // The thread may have waited meanwhile, for example because the machine was suspended.
    private static final long MAX_TURN = 4 * TURN;

    // Long enough that the thread leaves its processor, instead of waiting on it.
    private static final Duration MIN_PAUSE = Duration.ofNanos(10_000);

    private final int processors;
    private final Duration shortestPause;
    private final LongSupplier nanoTime;
    private final AtomicInteger pausing = new AtomicInteger();

    /**
     * @param processors the number of processors, at least one
     * @param nanoTime a clock in nanoseconds, such as {@link System#nanoTime}
     */
    ProcessorShare(int processors, Duration shortestPause, LongSupplier nanoTime) {
        this.processors = processors;
        this.shortestPause = shortestPause;
        this.nanoTime = nanoTime;
    }

    /** A share of the processors of this machine. */
    static ProcessorShare ofMachine() {
        return new ProcessorShare(Runtime.getRuntime().availableProcessors(), MIN_PAUSE, System::nanoTime);
    }

    /** Measures the work of a connection that has this channel. */
    MeasuredInput measure(ReadableByteChannel channel) {
        return new MeasuredInput(channel, nanoTime);
    }

    /**
     * Yields after each millisecond of work. Waits instead if the connection has worked for ten of them without a
     * decision, or if it found a crowd when it yielded before.
     *
     * @param beforePause is run before the thread waits
     * @param end ends the pause early
     * @throws InterruptedException if the thread is interrupted
     */
    @SuppressWarnings("ThreadPriorityCheck") // Virtual threads do yield to each other.
    void pauseAfterWork(MeasuredInput connection, Runnable beforePause, CountDownLatch end)
            throws InterruptedException {
        long worked = connection.worked();
        if (worked < TURN) {
            return;
        }
        if (connection.endTurn() <= FREE_TURNS) {
            long before = nanoTime.getAsLong();
            Thread.yield();
            if (nanoTime.getAsLong() - before > CROWDED) {
                connection.endTurns(FREE_TURNS);
            }
            connection.beginTurn();
            return;
        }
        beforePause.run();
        int others = pausing.getAndIncrement();
        try {
            end.await(pause(worked, others).toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            pausing.decrementAndGet();
        }
        connection.beginTurn();
    }

    /**
     * The length of a pause.
     *
     * @param worked how long the connection has worked, in nanoseconds
     * @param others the number of other connections that pause
     */
    Duration pause(long worked, int others) {
        Duration shared = Duration.ofNanos(2 * Math.min(worked, MAX_TURN))
                .multipliedBy(others)
                .dividedBy(processors);
        return shared.compareTo(shortestPause) > 0 ? shared : shortestPause;
    }

    /** The number of connections that pause now. */
    int pausing() {
        return pausing.get();
    }
}

package org.countersign.ops;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * Measures how long virtual threads wait for a processor. All connections and checks are virtual threads, so this is the
 * delay of each step of each message. A platform thread starts a virtual thread at short intervals; the time until that
 * thread runs is the delay.
 *
 * <p>The clock of the measurement is a platform thread, because a virtual thread may wait without end: a processor whose
 * own queue is never empty takes no work from elsewhere. A thread that still waits counts with its time so far.
 *
 * <p>A single delay is not reported, because the process may have been suspended, for example with its machine. Such a
 * pause is over when it can be measured.
 */
final class ProcessorDelay implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofMillis(250);

    private final LongSupplier nanoTime;
    private final Executor virtualThreads;
    private final Thread sampler =
            Thread.ofPlatform().name("processor delay").daemon().unstarted(this::sample);
    private volatile Probe probe;
    private volatile Delays delays = new Delays(0, 0);

    /**
     * The delays at the last two ends of an interval, in nanoseconds.
     *
     * @param last the delay at the last one
     * @param before the delay at the one before it
     */
    private record Delays(long last, long before) {}

    /** A virtual thread that notes when it runs. */
    private final class Probe implements Runnable {
        private final long start = nanoTime.getAsLong();
        private volatile long delay = -1;

        @Override
        public void run() {
            delay = nanoTime.getAsLong() - start;
        }

        private boolean hasRun() {
            return delay >= 0;
        }

        private long delay() {
            long ended = delay;
            return ended >= 0 ? ended : nanoTime.getAsLong() - start;
        }
    }

    ProcessorDelay(LongSupplier nanoTime, Executor virtualThreads) {
        this.nanoTime = nanoTime;
        this.virtualThreads = virtualThreads;
        this.probe = new Probe();
        virtualThreads.execute(probe);
    }

    /** Begins to measure. */
    static ProcessorDelay start() {
        ProcessorDelay delay = new ProcessorDelay(System::nanoTime, Thread::startVirtualThread);
        delay.sampler.start();
        return delay;
    }

    private void sample() {
        try {
            while (true) {
                Thread.sleep(INTERVAL);
                endInterval();
            }
        } catch (InterruptedException end) {
            // Closed.
        }
    }

    /** Notes the delay of the current virtual thread, and starts the next one if the current one has run. */
    void endInterval() {
        Probe current = probe;
        boolean hasRun = current.hasRun();
        delays = new Delays(current.delay(), delays.last);
        if (hasRun) {
            probe = new Probe();
            virtualThreads.execute(probe);
        }
    }

    /** The current delay in nanoseconds: the smaller one of the last two. A virtual thread that waits counts too. */
    long nanos() {
        Delays now = delays;
        return Math.min(now.last, Math.max(probe.delay(), now.before));
    }

    @Override
    public void close() {
        sampler.interrupt();
    }
}

package org.countersign.ops;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Measures how long virtual threads wait for a processor. All connections and checks are virtual threads, so this is the
 * delay of each step of each message. A thread sleeps for short intervals; the time by which it wakes up late is the
 * delay.
 *
 * <p>A single late interval is not reported, because the process may have been suspended, for example with its machine.
 * Such a pause is over when it can be measured.
 */
final class ProcessorDelay implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofMillis(250);

    private final LongSupplier nanoTime;
    private final Thread sampler = Thread.ofVirtual().name("processor delay").unstarted(this::sample);
    private volatile Samples samples;

    /**
     * @param due when the next interval ends
     * @param last the delay of the last interval
     * @param before the delay of the one before it
     */
    private record Samples(long due, long last, long before) {}

    ProcessorDelay(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.samples = new Samples(nanoTime.getAsLong() + INTERVAL.toNanos(), 0, 0);
    }

    /** Begins to measure. */
    static ProcessorDelay start() {
        ProcessorDelay delay = new ProcessorDelay(System::nanoTime);
        delay.sampler.start();
        return delay;
    }

    private void sample() {
        try {
            while (true) {
                Thread.sleep(INTERVAL);
                wakeUp();
            }
        } catch (InterruptedException end) {
            // Closed.
        }
    }

    /** Ends an interval. */
    void wakeUp() {
        Samples old = samples;
        long now = nanoTime.getAsLong();
        samples = new Samples(now + INTERVAL.toNanos(), Math.max(0, now - old.due), old.last);
    }

    /** The current delay in nanoseconds: the smaller one of the last two. An interval that has not ended counts if late. */
    long nanos() {
        Samples now = samples;
        long current = nanoTime.getAsLong() - now.due;
        return Math.min(now.last, Math.max(current, now.before));
    }

    @Override
    public void close() {
        sampler.interrupt();
    }
}

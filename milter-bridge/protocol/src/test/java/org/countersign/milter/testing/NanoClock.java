package org.countersign.milter.testing;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A clock in nanoseconds that practically stands still, unless a test advances it or lets it run. So the outcome of a test
 * does not depend on the speed of the machine. No two readings are equal. Thread-safe.
 */
public final class NanoClock implements LongSupplier {
    // Servers may make the last bit of a time a one.
    private static final long LEAST_STEP = 2;

    // Not zero, so that a time that was never set is noticed.
    private final AtomicLong now = new AtomicLong(Duration.ofHours(1).toNanos());
    private final Set<Thread> readers = ConcurrentHashMap.newKeySet();
    private volatile long step = LEAST_STEP;

    @Override
    public long getAsLong() {
        long time = now.getAndAdd(step);
        readers.add(Thread.currentThread());
        return time;
    }

    public void advance(Duration by) {
        now.addAndGet(by.toNanos());
    }

    /** Lets the clock run: each reading advances it by this time. */
    public void run(Duration eachReading) {
        step = eachReading.toNanos();
    }

    /** Ends {@link #run}. */
    public void stop() {
        step = LEAST_STEP;
    }

    /** Waits until this thread reads the clock; the timeout of the test is the limit. */
    public void awaitReader(Thread thread) throws InterruptedException {
        readers.remove(thread);
        while (!readers.contains(thread)) {
            Thread.sleep(1);
        }
    }
}

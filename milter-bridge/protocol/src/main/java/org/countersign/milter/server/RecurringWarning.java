package org.countersign.milter.server;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Tells when a warning about something that lasts is due: the first time at once, then once in each interval. */
final class RecurringWarning {
    private static final long NEVER = 0;

    private final long interval;
    private final LongSupplier nanoTime;
    private final AtomicLong last = new AtomicLong(NEVER);

    /**
     * @param nanoTime a monotonic count of nanoseconds
     */
    RecurringWarning(Duration interval, LongSupplier nanoTime) {
        this.interval = interval.toNanos();
        this.nanoTime = nanoTime;
    }

    /** Whether it is to be logged now; true for one of several threads that ask at once. */
    boolean isDue() {
        long now = nanoTime.getAsLong() | 1;
        long before = last.get();
        return (before == NEVER || now - before >= interval) && last.compareAndSet(before, now);
    }
}

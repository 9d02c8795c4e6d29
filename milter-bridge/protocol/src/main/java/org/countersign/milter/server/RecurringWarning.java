package org.countersign.milter.server;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Limits the frequency of a warning about a lasting problem: the first one at once, then one per interval. */
final class RecurringWarning {
    private static final long NEVER = 0;

    private final long interval;
    private final LongSupplier nanoTime;
    private final AtomicLong last = new AtomicLong(NEVER);

    /**
     * @param nanoTime a monotonic clock in nanoseconds
     */
    RecurringWarning(Duration interval, LongSupplier nanoTime) {
        this.interval = interval.toNanos();
        this.nanoTime = nanoTime;
    }

    /** Whether to log the warning now. Of several threads that call at once, only one gets true. */
    boolean isDue() {
        long now = nanoTime.getAsLong() | 1;
        long before = last.get();
        return (before == NEVER || now - before >= interval) && last.compareAndSet(before, now);
    }
}

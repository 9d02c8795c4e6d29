package org.countersign.dns.authoritative;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Spaces queries to servers of other people evenly. Safe for any number of threads. */
public final class QueryRate {
    private final long interval;
    private final LongSupplier nanoTime;
    private final LongConsumer sleep;
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock.
    private long next;

    /**
     * @param perSecond at least 1
     */
    public QueryRate(int perSecond) {
        this(perSecond, System::nanoTime, LockSupport::parkNanos);
    }

    QueryRate(int perSecond, LongSupplier nanoTime, LongConsumer sleep) {
        this.interval = Duration.ofSeconds(1).toNanos() / perSecond;
        this.nanoTime = nanoTime;
        this.sleep = sleep;
        this.next = nanoTime.getAsLong();
    }

    /** Waits for the turn of one query. */
    void await() {
        long turn;
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            turn = next - now > 0 ? next : now;
            next = turn + interval;
        } finally {
            lock.unlock();
        }
        for (long left = turn - nanoTime.getAsLong();
                left > 0 && !Thread.currentThread().isInterrupted();
                left = turn - nanoTime.getAsLong()) {
            sleep.accept(left);
        }
    }
}

package org.countersign.smtp;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The memory that all current messages may use together, in octets. Each message has a {@link Share}, which grows with
 * the message and is released at its end. If the budget is exhausted, further messages are deferred, so that a flood of
 * large messages cannot terminate the process. Thread-safe.
 *
 * <p>Large shares may use only a part of the budget, and larger shares a smaller part. The rest is reserved for ordinary
 * messages, however many large ones there are.
 */
public final class MemoryBudget {
    /** The largest share of a message with a usual header section, or of a connection with a usual body. */
    private static final int ORDINARY_SHARE = 128 * 1024;

    private static final int LARGE_SHARE = 256 * 1024;

    private static final int HEAP_DIVISOR = 4;

    private final AtomicLong used = new AtomicLong();
    private final LongAdder refusals = new LongAdder();
    private volatile long limit;

    /**
     * @throws IllegalArgumentException for a limit below one octet
     */
    public MemoryBudget(long limit) {
        setLimit(limit);
    }

    /** A budget of a quarter of the maximum heap size. */
    public static MemoryBudget ofHeap() {
        return new MemoryBudget(Runtime.getRuntime().maxMemory() / HEAP_DIVISOR);
    }

    /**
     * Changes the limit. Existing shares are not affected.
     *
     * @throws IllegalArgumentException for a limit below one octet
     */
    public void setLimit(long octets) {
        if (octets < 1) {
            throw new IllegalArgumentException("the limit must be positive");
        }
        limit = octets;
    }

    public long limit() {
        return limit;
    }

    /** The total size of all shares. */
    public long used() {
        return used.get();
    }

    /** How often a share could not grow, since the start. */
    public long refusals() {
        return refusals.sum();
    }

    /** Opens an empty share. */
    public Share open() {
        return new Share();
    }

    /**
     * @param share the size of the share after the reservation
     */
    private boolean reserve(long octets, long share) {
        long max = limitFor(share);
        long before = used.get();
        while (before + octets <= max) {
            if (used.compareAndSet(before, before + octets)) {
                return true;
            }
            before = used.get();
        }
        refusals.increment();
        return false;
    }

    private long limitFor(long share) {
        long all = limit;
        if (share <= ORDINARY_SHARE) {
            return all;
        }
        return share <= LARGE_SHARE ? all - all / 4 : all / 2;
    }

    /** The memory of one message or one connection. Thread-safe. */
    public final class Share implements AutoCloseable {
        private static final long CLOSED = -1;

        private final AtomicLong held = new AtomicLong();

        private Share() {}

        /** Reserves more memory; false if the budget is exhausted or the share is closed. */
        public boolean take(long octets) {
            long before = held.get();
            if (before == CLOSED || !reserve(octets, before + octets)) {
                return false;
            }
            while (!held.compareAndSet(before, before + octets)) {
                before = held.get();
                if (before == CLOSED) {
                    used.addAndGet(-octets);
                    return false;
                }
            }
            return true;
        }

        /** Releases all memory of the share. A closed share cannot grow. */
        @Override
        public void close() {
            long before = held.getAndSet(CLOSED);
            if (before != CLOSED) {
                used.addAndGet(-before);
            }
        }

        /** Releases all memory of the share. The share can grow again. */
        public void release() {
            long before = held.get();
            while (before != CLOSED && !held.compareAndSet(before, 0)) {
                before = held.get();
            }
            if (before != CLOSED) {
                used.addAndGet(-before);
            }
        }
    }
}

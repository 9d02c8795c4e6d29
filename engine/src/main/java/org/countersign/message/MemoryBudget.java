package org.countersign.message;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The memory that all messages under way may take together, in octets. Each takes a {@link Share} of it, which grows
 * with the message and is given back when it ends. A message that finds no room is refused, so that a flood of large
 * messages ends in temporary failures and not in the end of the process. For any number of threads.
 *
 * <p>A share that has grown large finds room only in the first half of the budget: the other half is always there for
 * ordinary messages.
 */
public final class MemoryBudget {
    /** A message with a usual header section, or a connection with a usual body, takes less. */
    private static final int LARGE_SHARE = 256 * 1024;

    private static final int PART_OF_HEAP = 4;

    private final AtomicLong used = new AtomicLong();
    private final LongAdder refusals = new LongAdder();
    private volatile long limit;

    /**
     * @throws IllegalArgumentException for a limit below one octet
     */
    public MemoryBudget(long limit) {
        setLimit(limit);
    }

    /** A quarter of the largest heap that the runtime may have. */
    public static MemoryBudget ofHeap() {
        return new MemoryBudget(Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
    }

    /**
     * Sets another limit; shares that were given stay as they are.
     *
     * @throws IllegalArgumentException for a limit below one octet
     */
    public void setLimit(long octets) {
        if (octets < 1) {
            throw new IllegalArgumentException("a budget is above zero");
        }
        limit = octets;
    }

    public long limit() {
        return limit;
    }

    /** How much all shares take now. */
    public long used() {
        return used.get();
    }

    /** How often a share was refused more since the start. */
    public long refusals() {
        return refusals.sum();
    }

    /** A share with nothing in it. */
    public Share open() {
        return new Share();
    }

    private boolean reserve(long octets, boolean large) {
        long most = large ? limit / 2 : limit;
        long before = used.get();
        while (before + octets <= most) {
            if (used.compareAndSet(before, before + octets)) {
                return true;
            }
            before = used.get();
        }
        refusals.increment();
        return false;
    }

    /** What one message, or one connection, takes. For any number of threads. */
    public final class Share implements AutoCloseable {
        private static final long CLOSED = -1;

        private final AtomicLong held = new AtomicLong();

        private Share() {}

        /** Takes more, if there is room for it; a share that is closed takes nothing. */
        public boolean take(long octets) {
            long before = held.get();
            if (before == CLOSED || !reserve(octets, before + octets > LARGE_SHARE)) {
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

        /** Gives all back, once, and takes nothing any more. */
        @Override
        public void close() {
            long before = held.getAndSet(CLOSED);
            if (before != CLOSED) {
                used.addAndGet(-before);
            }
        }

        /** Gives all back, to begin again. */
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

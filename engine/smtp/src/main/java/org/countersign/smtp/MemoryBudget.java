package org.countersign.smtp;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The memory that all messages under way may take together, in octets. Each takes a {@link Share} of it, which grows
 * with the message and is given back when it ends. A message that finds no room is refused, so that a flood of large
 * messages ends in temporary failures and not in the end of the process. For any number of threads.
 *
 * <p>A share that has grown finds room only in a part of the budget, the larger the share the smaller the part: the rest
 * is always there for ordinary messages, however many others are larger than they are.
 */
public final class MemoryBudget {
    /** A message with a usual header section, or a connection with a usual body, takes no more. */
    private static final int ORDINARY_SHARE = 128 * 1024;

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

    /**
     * @param share how large the share becomes
     */
    private boolean reserve(long octets, long share) {
        long most = limitFor(share);
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

    private long limitFor(long share) {
        long all = limit;
        if (share <= ORDINARY_SHARE) {
            return all;
        }
        return share <= LARGE_SHARE ? all - all / 4 : all / 2;
    }

    /** What one message, or one connection, takes. For any number of threads. */
    public final class Share implements AutoCloseable {
        private static final long CLOSED = -1;

        private final AtomicLong held = new AtomicLong();

        private Share() {}

        /** Takes more, if there is room for it; a share that is closed takes nothing. */
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

package org.countersign.canonical;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** The arrays in which a message becomes canonical. Whoever has them has them alone, until they are given back. */
public final class BodyBuffers {
    // In words. A longer stretch is marked faster, but is memory that a small body does not pay for.
    private static final int SHORT_STRETCH = 128;
    private static final int LONG_STRETCH = 512;

    private final long[] marks;
    private final byte[] first;
    private final byte[] second;

    private BodyBuffers(int words, int octets) {
        this.marks = new long[words];
        this.first = new byte[octets];
        this.second = new byte[octets];
    }

    /** For one body: what it takes beyond the marks is allocated as it grows. */
    static BodyBuffers ofItsOwn() {
        return new BodyBuffers(SHORT_STRETCH, 0);
    }

    /** For the marks of {@link WhitespaceScanner}. */
    long[] marks() {
        return marks;
    }

    /** For what is canonical and waits for its digests; empty, or as large as {@link RelaxedBody} wants it. */
    byte[] first() {
        return first;
    }

    /** Another one like {@link #first}. */
    byte[] second() {
        return second;
    }

    /**
     * Buffers that go from message to message: they would be a third to a half of the memory that it takes to verify a
     * signature. For any number of threads.
     */
    public static final class Pool {
        /** More at a time are left to the garbage collector. */
        private static final int MAX_IDLE = 64;

        private final BlockingQueue<BodyBuffers> idle = new ArrayBlockingQueue<>(MAX_IDLE);

        BodyBuffers take() {
            BodyBuffers buffers = idle.poll();
            return buffers == null ? new BodyBuffers(LONG_STRETCH, RelaxedBody.ROOM) : buffers;
        }

        /** Takes buffers that nobody writes to, or reads, any more. */
        void giveBack(BodyBuffers buffers) {
            boolean unused = idle.offer(buffers);
        }
    }
}

package org.countersign.canonical;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** The buffers in which one body is canonicalized. Their holder uses them alone until they are returned to the pool. */
public final class BodyBuffers {
    /** Buffer size. Larger than {@link FooterDetector#MAX_FOOTER}, so that every flushed buffer fills the tail. */
    static final int SIZE = FooterDetector.MAX_FOOTER + 1024;

    // In words. More marks at a time are computed faster, but are memory that a small body does not pay for.
    private static final int FEW_MARKS = 128;
    private static final int MANY_MARKS = 512;

    private final long[] marks;
    private final byte[] first;
    private final byte[] second;

    private BodyBuffers(int words, int octets) {
        this.marks = new long[words];
        this.first = new byte[octets];
        this.second = new byte[octets];
    }

    /** Buffers for one body only: small ones, which their user replaces as the body grows. */
    static BodyBuffers unpooled() {
        return new BodyBuffers(FEW_MARKS, 0);
    }

    /** For the marks of {@link WhitespaceScanner}. */
    long[] marks() {
        return marks;
    }

    /** For canonical octets that are not hashed yet; of {@link #SIZE}, or empty if unpooled. */
    byte[] first() {
        return first;
    }

    /** A second one, for {@link FooterDetector}. */
    byte[] second() {
        return second;
    }

    /**
     * A pool of reusable buffers. Without it, buffers account for 30–50 % of the memory allocated per verified signature.
     * Safe for any number of threads.
     */
    public static final class Pool {
        /** Maximum number of idle buffers; more than these are left to the garbage collector. */
        private static final int MAX_IDLE = 64;

        private final BlockingQueue<BodyBuffers> idle = new ArrayBlockingQueue<>(MAX_IDLE);

        BodyBuffers acquire() {
            BodyBuffers buffers = idle.poll();
            return buffers == null ? new BodyBuffers(MANY_MARKS, SIZE) : buffers;
        }

        /** Returns buffers that nothing writes to, or reads, any more. */
        void release(BodyBuffers buffers) {
            boolean unused = idle.offer(buffers);
        }
    }
}

package org.countersign.dns.wire;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Watches the sockets of all queries in flight, and calls their handlers when data has arrived. It runs on a platform
 * thread, so that it reads answers even while computations occupy all carrier threads. The thread and its descriptors
 * exist while queries are in flight, and for some seconds after. Thread-safe.
 */
final class ReadinessLoop {
    private static final long IDLE_MILLIS = 5000;

    private final ReentrantLock lock = new ReentrantLock();
    // Open while the thread runs. Guarded by the lock.
    private @Nullable Selector selector;
    private volatile boolean used;
    private volatile boolean asked;
    private final Semaphore turns = new Semaphore(0);

    /** Called on the thread of the loop, so that it must not block. */
    interface Handler {
        /** @param key the ready channel's, whose interest set the handler may change */
        void ready(SelectionKey key);

        /** The loop has failed and no longer watches the channel. */
        void abandoned();
    }

    /**
     * Watches a channel until it is closed.
     *
     * @param channel in non-blocking mode
     * @throws IOException if the channel is closed, or the system has no file descriptors for the loop itself
     */
    void watch(SelectableChannel channel, int interest, Handler handler) throws IOException {
        lock.lock();
        try {
            Selector running = selector;
            if (running == null) {
                running = Selector.open();
                selector = running;
                Selector opened = running;
                Thread.ofPlatform().daemon().name("dns answers").start(() -> run(opened));
            }
            channel.register(running, interest, handler);
            used = true;
            running.wakeup();
        } finally {
            lock.unlock();
        }
    }

    /** Notes that a channel was closed. The system gets its descriptor back when the selector has removed its key. */
    void closed() {
        lock.lock();
        try {
            if (selector != null) {
                used = true;
                selector.wakeup();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether the loop works, or has nothing to do.
     *
     * @param timeout how long to wait until the loop has handled what is ready
     */
    boolean responds(Duration timeout) throws InterruptedException {
        lock.lock();
        try {
            if (selector == null) {
                return true;
            }
            asked = true;
            selector.wakeup();
        } finally {
            lock.unlock();
        }
        // A turn for an earlier call that had no more time is good too.
        return turns.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void turned() {
        if (asked) {
            asked = false;
            turns.release();
        }
    }

    private void run(Selector running) {
        try {
            do {
                turned();
                used = false;
                running.select(ReadinessLoop::handle, IDLE_MILLIS);
            } while (used || !running.keys().isEmpty() || !ends(running));
        } catch (IOException failed) {
            // The handlers of the watched channels are called below.
            return;
        } finally {
            abandon(running);
        }
    }

    /** Tells all handlers that the loop has ended. The next query starts another thread. */
    private void abandon(Selector running) {
        turned();
        lock.lock();
        try {
            if (running.equals(selector)) {
                selector = null;
            }
        } finally {
            lock.unlock();
        }
        running.keys().forEach(key -> ((Handler) key.attachment()).abandoned());
        try {
            running.close();
        } catch (IOException failed) {
            // The selector is not used any more.
            return;
        }
    }

    private static void handle(SelectionKey key) {
        ((Handler) key.attachment()).ready(key);
    }

    /** Whether the loop is still idle and therefore ends. The next query starts another thread. */
    private boolean ends(Selector running) {
        lock.lock();
        try {
            if (used || !running.keys().isEmpty()) {
                return false;
            }
            selector = null;
            return true;
        } finally {
            lock.unlock();
        }
    }
}

package org.countersign.dns.wire;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Watches the sockets of all queries under way, and calls their handlers when something has come. It runs on one platform
 * thread, so that answers are read also while computations keep all carriers of virtual threads busy. The thread and
 * its descriptors exist while there are queries, and for some seconds after. Safe for several threads.
 */
final class ReadinessLoop {
    private static final long IDLE_MILLIS = 5000;

    private final ReentrantLock lock = new ReentrantLock();
    // Open while the thread runs. Guarded by the lock.
    private @Nullable Selector selector;
    private volatile boolean used;

    /** What is done when a channel is ready; on the loop's thread, so it must not wait. */
    interface Handler {
        /** @param key whose interest set it may change */
        void ready(SelectionKey key);

        /** The loop has ended by a fault: the channel is not watched any more. */
        void abandoned();
    }

    /**
     * Watches a channel until it is closed.
     *
     * @param channel in non-blocking mode
     * @throws IOException if the channel is closed, or the system has no descriptors for the loop itself
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

    /** A channel was closed: the system gets its descriptor back when the loop has let go of it. */
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

    private void run(Selector running) {
        try {
            do {
                used = false;
                running.select(ReadinessLoop::handle, IDLE_MILLIS);
            } while (used || !running.keys().isEmpty() || !ends(running));
        } catch (IOException fault) {
            // What is still watched is told below.
            return;
        } finally {
            abandon(running);
        }
    }

    /** Nothing is watched any more, and the next query starts another thread. */
    private void abandon(Selector running) {
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
            // Nothing is owed to it any more.
            return;
        }
    }

    private static void handle(SelectionKey key) {
        ((Handler) key.attachment()).ready(key);
    }

    /** Whether there is still nothing to do, so that the next query starts another thread. */
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

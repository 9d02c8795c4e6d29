package org.countersign.reports.collect;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The messages that wait to be counted: bounded by number and by memory. Adding a message never waits for the thread that
 * counts, and makes no object.
 */
final class MessageQueue {
    private final int maxOctets;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private final @Nullable ReportedMessage[] ring;
    private int first;
    private int count;
    private int octets;
    private boolean closed;

    MessageQueue(int maxMessages, int maxOctets) {
        this.ring = new ReportedMessage[maxMessages];
        this.maxOctets = maxOctets;
    }

    /** Adds a message; false if there is no room. An empty queue has room for any message. */
    boolean offer(ReportedMessage message) {
        int size = message.octets();
        lock.lock();
        try {
            if (closed || count == ring.length || (count > 0 && size > maxOctets - octets)) {
                return false;
            }
            ring[(first + count) % ring.length] = message;
            count++;
            octets += size;
            // Waking the other thread for each message would cost more than all the rest.
            if (count == ring.length / 2 || (octets > maxOctets / 2 && octets - size <= maxOctets / 2)) {
                changed.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the queue is half full, is closed, or the time is over. */
    void await(Duration time) {
        lock.lock();
        try {
            long remaining = time.toNanos();
            while (!closed && remaining > 0 && count < ring.length / 2 && octets <= maxOctets / 2) {
                remaining = changed.awaitNanos(remaining);
            }
        } catch (InterruptedException ignored) {
            // Only close ends the thread.
        } finally {
            lock.unlock();
        }
    }

    /** Moves all messages to the end of a list. */
    void drainTo(List<ReportedMessage> messages) {
        lock.lock();
        try {
            for (; count > 0; count--) {
                ReportedMessage message = ring[first];
                ring[first] = null;
                first = (first + 1) % ring.length;
                if (message != null) {
                    messages.add(message);
                }
            }
            octets = 0;
        } finally {
            lock.unlock();
        }
    }

    /** Lets no message in any more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return count;
        } finally {
            lock.unlock();
        }
    }
}

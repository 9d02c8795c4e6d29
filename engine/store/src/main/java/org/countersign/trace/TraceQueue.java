package org.countersign.trace;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The messages that wait to be written: bounded by number and by memory, so that a slow store cannot exhaust it. */
final class TraceQueue {
    private final int maxMessages;
    private final long maxOctets;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private final Deque<TracedMessage> messages = new ArrayDeque<>();
    private long octets;
    private int wanted = 1;
    private boolean closed;

    TraceQueue(int maxMessages, long maxOctets) {
        this.maxMessages = maxMessages;
        this.maxOctets = maxOctets;
    }

    /** Adds a message and does not wait; false if there is no room. */
    boolean offer(TracedMessage message) {
        int size = message.octets();
        lock.lock();
        try {
            if (closed || messages.size() == maxMessages || octets + size > maxOctets) {
                return false;
            }
            messages.add(message);
            octets += size;
            // Waking the writer for each message would cost more than the rest.
            if (messages.size() == wanted) {
                changed.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes messages. Waits for the first one, and then until there are as many as fit, or the delay is over.
     *
     * @param idle how long to wait for the first message
     * @return none if no message came
     */
    List<TracedMessage> take(int max, Duration idle, Duration delay) {
        lock.lock();
        try {
            await(1, idle);
            if (!messages.isEmpty()) {
                await(max, delay);
            }
            List<TracedMessage> taken = new ArrayList<>();
            while (!messages.isEmpty() && taken.size() < max) {
                TracedMessage message = messages.remove();
                octets -= message.octets();
                taken.add(message);
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private void await(int size, Duration time) {
        wanted = size;
        long remaining = time.toNanos();
        while (messages.size() < size && !closed && remaining > 0) {
            try {
                remaining = changed.awaitNanos(remaining);
            } catch (InterruptedException ignored) {
                // Only close ends the writer.
                remaining = 0;
            }
        }
    }

    /** Waits for this time, or until the queue is closed. */
    void pause(Duration time) {
        lock.lock();
        try {
            await(Integer.MAX_VALUE, time);
        } finally {
            lock.unlock();
        }
    }

    /** Lets no message in any more, and ends all waits. */
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
            return messages.size();
        } finally {
            lock.unlock();
        }
    }
}

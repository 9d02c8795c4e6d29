package org.countersign.trace;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
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
    private long enough = Long.MAX_VALUE;
    private boolean closed;

    TraceQueue(int maxMessages, long maxOctets) {
        this.maxMessages = maxMessages;
        this.maxOctets = maxOctets;
    }

    /** Adds a message and does not wait; false if there is no room. An empty queue has room for any message. */
    boolean offer(TracedMessage message) {
        long size = message.octets();
        lock.lock();
        try {
            if (closed || messages.size() == maxMessages || (octets > 0 && octets + size > maxOctets)) {
                return false;
            }
            messages.add(message);
            octets += size;
            // Waking the writer for each message would cost more than the rest.
            if (messages.size() == wanted || (octets >= enough && octets - size < enough)) {
                changed.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the first message, and then until there are as many as wanted, they use half of the memory, or the delay is
     * over.
     *
     * @param idle how long to wait for the first message
     */
    void await(int count, Duration idle, Duration delay) {
        lock.lock();
        try {
            await(1, Long.MAX_VALUE, idle);
            if (!messages.isEmpty()) {
                await(count, maxOctets / 2, delay);
            }
        } finally {
            lock.unlock();
        }
    }

    private void await(int count, long size, Duration time) {
        wanted = count;
        enough = size;
        long remaining = time.toNanos();
        while (messages.size() < count && octets < size && !closed && remaining > 0) {
            try {
                remaining = changed.awaitNanos(remaining);
            } catch (InterruptedException ignored) {
                // Only close ends the writer.
                remaining = 0;
            }
        }
    }

    /** Takes the first message; empty if there is none. */
    Optional<TracedMessage> poll() {
        lock.lock();
        try {
            Optional<TracedMessage> first = Optional.ofNullable(messages.poll());
            first.ifPresent(message -> octets -= message.octets());
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** How much memory the messages that wait may use. */
    long maxOctets() {
        return maxOctets;
    }

    /** Waits for this time, or until the queue is closed. */
    void pause(Duration time) {
        lock.lock();
        try {
            await(Integer.MAX_VALUE, Long.MAX_VALUE, time);
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

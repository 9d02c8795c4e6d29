package org.countersign.service;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;

/**
 * What waits for one thread that works behind the mail: bounded by number and by memory, so that slow work cannot exhaust it.
 * Adding never waits for that thread, and makes no object.
 *
 * @param <E> what waits
 */
public final class BoundedQueue<E> {
    private final int maxElements;
    private final long maxOctets;
    private final ToLongFunction<E> octetsOf;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private final Deque<E> elements;
    private long octets;
    private int wanted = 1;
    private long enough = Long.MAX_VALUE;
    private boolean closed;

    /**
     * @param octetsOf about how many octets of memory an element keeps; always the same for the same element
     */
    public BoundedQueue(int maxElements, long maxOctets, ToLongFunction<E> octetsOf) {
        this.maxElements = maxElements;
        this.maxOctets = maxOctets;
        this.octetsOf = octetsOf;
        // Room for all of them, so that adding one never copies the others.
        this.elements = new ArrayDeque<>(maxElements);
    }

    /** Adds an element; false if there is no room. An empty queue has room for any element. */
    public boolean offer(E element) {
        long size = octetsOf.applyAsLong(element);
        lock.lock();
        try {
            if (closed || elements.size() == maxElements || (octets > 0 && size > maxOctets - octets)) {
                return false;
            }
            elements.add(element);
            octets += size;
            // Waking the other thread for each element would cost more than all the rest.
            if (elements.size() == wanted || (octets >= enough && octets - size < enough)) {
                changed.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the first element, and then until there are as many as wanted, they use half of the memory, or the delay is over.
     * A closed queue ends the wait.
     *
     * @param idle how long to wait for the first element
     */
    public void await(int count, Duration idle, Duration delay) {
        lock.lock();
        try {
            await(1, Long.MAX_VALUE, idle);
            if (!elements.isEmpty()) {
                await(count, maxOctets / 2, delay);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for this time, or until the queue is closed. */
    public void pause(Duration time) {
        lock.lock();
        try {
            await(Integer.MAX_VALUE, Long.MAX_VALUE, time);
        } finally {
            lock.unlock();
        }
    }

    private void await(int count, long size, Duration time) {
        wanted = count;
        enough = size;
        long remaining = time.toNanos();
        while (elements.size() < count && octets < size && !closed && remaining > 0) {
            try {
                remaining = changed.awaitNanos(remaining);
            } catch (InterruptedException ignored) {
                // Only close ends the thread.
                remaining = 0;
            }
        }
    }

    /** Takes the first element; empty if there is none. */
    public Optional<E> poll() {
        lock.lock();
        try {
            Optional<E> first = Optional.ofNullable(elements.poll());
            first.ifPresent(element -> octets -= octetsOf.applyAsLong(element));
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** Moves all elements to the end of a list. */
    public void drainTo(List<? super E> list) {
        lock.lock();
        try {
            list.addAll(elements);
            elements.clear();
            octets = 0;
        } finally {
            lock.unlock();
        }
    }

    /** How much memory the elements may use. */
    public long maxOctets() {
        return maxOctets;
    }

    /** Lets no element in any more, and ends all waits. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the queue was closed. Elements may still be in it. */
    public boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** The number of elements. */
    public int size() {
        lock.lock();
        try {
            return elements.size();
        } finally {
            lock.unlock();
        }
    }
}

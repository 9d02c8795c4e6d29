package org.countersign.dns.wire;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The queries under way to all servers of a client; each holds a socket. Where they get too many, the one
 * that has waited longest gives way to the new one: a server in order answers soon, so what has waited
 * longest is what is least likely to be answered at all. A flood of silent names shortens its own patience
 * that way and nobody else's. Safe for several threads.
 */
final class Places {
    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final SequencedSet<Exchange> waiting = new LinkedHashSet<>();

    Places(int most) {
        this.most = most;
    }

    void enter(Exchange newcomer) {
        Optional<Exchange> longest = Optional.empty();
        lock.lock();
        try {
            if (waiting.size() >= most) {
                longest = Optional.of(waiting.removeFirst());
            }
            waiting.addLast(newcomer);
        } finally {
            lock.unlock();
        }
        longest.ifPresent(Exchange::giveWay);
    }

    void leave(Exchange done) {
        lock.lock();
        try {
            waiting.remove(done);
        } finally {
            lock.unlock();
        }
    }
}

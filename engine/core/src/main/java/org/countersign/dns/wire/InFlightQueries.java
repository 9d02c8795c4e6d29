package org.countersign.dns.wire;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.locks.ReentrantLock;
import org.countersign.dns.QueryPriority;

/**
 * The queries under way to all servers of a client; each holds a socket. Where they get too many, the one
 * that has waited longest gives way to the new one: a server in order answers soon, so what has waited
 * longest is what is least likely to be answered at all. A flood of silent names shortens its own patience
 * that way and nobody else's. Queries about Author Domains take the places of others, but no more than half of all: from
 * there on they take those of their own kind. Safe for several threads.
 */
final class InFlightQueries {
    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock, and so is the other.
    private final SequencedSet<DnsExchange> ordinary = new LinkedHashSet<>();
    private final SequencedSet<DnsExchange> ofAuthors = new LinkedHashSet<>();

    InFlightQueries(int most) {
        this.most = most;
    }

    void enter(DnsExchange newcomer, QueryPriority priority) {
        Optional<DnsExchange> longest;
        lock.lock();
        try {
            longest = switch (priority) {
                case AUTHOR_DOMAIN ->
                    ofAuthors.size() >= Math.max(1, most / 2)
                            ? first(ofAuthors)
                            : isFull() ? first(ordinary) : Optional.empty();
                case ORDINARY -> isFull() ? first(ordinary).or(() -> first(ofAuthors)) : Optional.empty();
            };
            (priority == QueryPriority.AUTHOR_DOMAIN ? ofAuthors : ordinary).addLast(newcomer);
        } finally {
            lock.unlock();
        }
        longest.ifPresent(DnsExchange::giveWay);
    }

    private boolean isFull() {
        return ordinary.size() + ofAuthors.size() >= most;
    }

    private static Optional<DnsExchange> first(SequencedSet<DnsExchange> waiting) {
        return waiting.isEmpty() ? Optional.empty() : Optional.of(waiting.removeFirst());
    }

    void leave(DnsExchange done) {
        lock.lock();
        try {
            ordinary.remove(done);
            ofAuthors.remove(done);
        } finally {
            lock.unlock();
        }
    }
}

package org.countersign.dns.wire;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.locks.ReentrantLock;
import org.countersign.dns.QueryPriority;

/**
 * The queries in flight to all servers of a client; each holds a socket. When the limit is reached, a new query evicts
 * the oldest one, which is the least likely to be answered: a working server answers soon. So a flood of names that
 * never answer displaces only its own queries. Queries about Author Domains evict other queries until they hold half of
 * the limit, and then the oldest of their own. Thread-safe.
 */
final class InFlightQueries {
    private final int limit;
    private final ReentrantLock lock = new ReentrantLock();
    // Both sets are guarded by the lock.
    private final SequencedSet<DnsExchange> ordinary = new LinkedHashSet<>();
    private final SequencedSet<DnsExchange> authors = new LinkedHashSet<>();

    InFlightQueries(int limit) {
        this.limit = limit;
    }

    /** Adds a query, which evicts another one if the limit is reached. */
    void add(DnsExchange query, QueryPriority priority) {
        Optional<DnsExchange> evicted;
        lock.lock();
        try {
            evicted = switch (priority) {
                case AUTHOR_DOMAIN ->
                    authors.size() >= Math.max(1, limit / 2)
                            ? removeOldest(authors)
                            : isFull() ? removeOldest(ordinary) : Optional.empty();
                case ORDINARY -> isFull() ? removeOldest(ordinary).or(() -> removeOldest(authors)) : Optional.empty();
            };
            (priority == QueryPriority.AUTHOR_DOMAIN ? authors : ordinary).addLast(query);
        } finally {
            lock.unlock();
        }
        evicted.ifPresent(DnsExchange::evict);
    }

    private boolean isFull() {
        return ordinary.size() + authors.size() >= limit;
    }

    private static Optional<DnsExchange> removeOldest(SequencedSet<DnsExchange> queries) {
        return queries.isEmpty() ? Optional.empty() : Optional.of(queries.removeFirst());
    }

    /** How many queries wait for an answer now. */
    long size() {
        lock.lock();
        try {
            return (long) ordinary.size() + authors.size();
        } finally {
            lock.unlock();
        }
    }

    void remove(DnsExchange query) {
        lock.lock();
        try {
            ordinary.remove(query);
            authors.remove(query);
        } finally {
            lock.unlock();
        }
    }
}

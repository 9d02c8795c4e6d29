package org.countersign.dns;

import java.time.Instant;

/**
 * Answers DNS queries: over the network, from a cache, or from a zone in memory. Safe for use by any number of threads
 * at once.
 */
public interface DnsClient {
    /**
     * Answers a query. Blocks until there is an answer, until the deadline, or until the thread is interrupted, which
     * has the same result as a passed deadline. Failures of the network or of a server are answers, never exceptions.
     *
     * @param deadline the latest time at which the message can use the answer, by the monotonic clock
     *     ({@link MeasuringClock#deadline})
     */
    <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline);

    /** Answers a query with a priority, which matters to clients that bound the number of queries in flight. */
    default <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline, QueryPriority priority) {
        return lookup(query, deadline);
    }
}

package org.countersign.dns;

import java.time.Instant;

/**
 * Something that answers questions: the wire, a cache before it, a zone in memory. Safe for use by any
 * number of threads at once.
 */
public interface DnsClient {
    /**
     * Answers, waiting as long as it must but not past the deadline; never throws for anything that the
     * network or a server does. An interrupt ends the wait as a passed deadline does.
     *
     * @param deadline when the asking message needs its answer at the latest
     */
    <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> question, Instant deadline);

    /** The same for a client that has too little room for all at times, and then for some before others. */
    default <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> question, Instant deadline, QueryPriority priority) {
        return lookup(question, deadline);
    }
}

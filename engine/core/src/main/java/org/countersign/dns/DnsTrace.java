package org.countersign.dns;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The DNS queries of one message with their answers, as {@link DnsRecorder} recorded them. It is bounded, and shares the
 * records with the cache.
 *
 * @param queries in the order made
 * @param omitted the number of further queries, which were not recorded
 */
public record DnsTrace(List<Recorded> queries, int omitted) {
    /** No query, or no recorder. */
    public static final DnsTrace NONE = new DnsTrace(List.of(), 0);

    public DnsTrace {
        queries = List.copyOf(queries);
    }

    /**
     * One query.
     *
     * @param answer with its remaining TTL at that time; empty if the message did not wait for it
     * @param omittedOctets the estimated size of the part of the records that was not recorded
     * @param asked the time from the beginning of the message to the query
     * @param took the time from the query to its answer; zero if there is none
     */
    public record Recorded(
            DnsQuery<?> query, Optional<DnsAnswer<?>> answer, long omittedOctets, Duration asked, Duration took) {}
}

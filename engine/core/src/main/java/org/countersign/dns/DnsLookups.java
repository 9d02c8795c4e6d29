package org.countersign.dns;

/** The DNS as a verifier sees it. The implementation sets deadline and budget. */
public interface DnsLookups {
    /** Answers a query. Never throws, and returns before the deadline of the message. */
    <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query);
}

package org.countersign.dns;

/** What a verifier needs of the DNS: answers, within bounds that somebody else has set. */
public interface DnsLookups {
    /** Answers; never throws, and returns within the bounds of the message it belongs to. */
    <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> question);
}

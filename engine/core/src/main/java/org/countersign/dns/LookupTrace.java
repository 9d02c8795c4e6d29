package org.countersign.dns;

/**
 * A query of a message and its answer, recorded as evidence.
 *
 * @param answer the text of {@link DnsAnswer#describe()}, and whether DNSSEC validated the answer
 */
public record LookupTrace(DnsQuery<?> query, String answer) {
    /** The evidence of one query. */
    public static LookupTrace of(DnsQuery<?> query, DnsAnswer<?> answer) {
        return new LookupTrace(query, answer.describe() + (answer.metadata().authentic() ? ", validated" : ""));
    }
}

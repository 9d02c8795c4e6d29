package org.countersign.dns;

/**
 * A question that a message asked and what came back, kept as evidence.
 *
 * @param answer as {@link DnsAnswer#describe()} words it, and whether DNSSEC vouches for it
 */
public record LookupTrace(DnsQuery<?> question, String answer) {
    static LookupTrace of(DnsQuery<?> question, DnsAnswer<?> answer) {
        return new LookupTrace(question, answer.describe() + (answer.facts().authentic() ? ", validated" : ""));
    }
}

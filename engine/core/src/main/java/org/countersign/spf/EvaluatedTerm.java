package org.countersign.spf;

import org.countersign.domain.DomainName;

/**
 * A term of an SPF record that was evaluated (RFC 7208 §4.6.2).
 *
 * @param domain that publishes the record
 * @param depth the number of includes and redirects that led to the record
 * @param term as written, printable and shortened
 */
public record EvaluatedTerm(DomainName domain, int depth, String term, Outcome outcome) {
    /** The result of a term. */
    public enum Outcome {
        MATCH,
        NO_MATCH,
        /** No match, and the DNS has no such name or no record of the type (RFC 7208 §4.6.4). */
        VOID,
        /** The evaluation ended with none, temperror or permerror. */
        ERROR
    }
}

package org.countersign.dmarc;

/** The reason why a message did not pass. */
public enum DmarcProblem {
    /** There is no record, so DMARC must not be applied (RFC 9989 §4.10.1). */
    NO_RECORD,
    /** The record has neither a valid policy nor a valid address for reports (RFC 9989 §4.10.1). */
    INVALID_RECORD,
    /** Neither SPF nor DKIM passed for any domain (RFC 9989 §5.3.5). */
    NOTHING_AUTHENTICATED,
    /** SPF or DKIM passed, but for domains that are not aligned (RFC 9989 §5.3.5). */
    NOTHING_ALIGNED,
    /** A lookup of the record failed (RFC 9989 §5.3.6). */
    RECORD_LOOKUP_FAILED,
    /** A lookup for the comparison of Organizational Domains failed (RFC 9989 §5.3.6). */
    ALIGNMENT_LOOKUP_FAILED,
    /** The policy depends on whether the Author Domain exists, and that lookup failed (RFC 9989 §5.3.6). */
    EXISTENCE_LOOKUP_FAILED,
    /** An SPF or DKIM check that could have led to a pass ended in a temporary error (RFC 9989 §5.3.6). */
    IDENTIFIER_UNRESOLVED
}

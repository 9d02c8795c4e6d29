package org.countersign.dmarc;

/** Why a message did not pass. */
public enum DmarcProblem {
    /** RFC 9989 §4.10.1: no record, so DMARC must not be applied. */
    NO_RECORD,
    /** RFC 9989 §4.10.1: no valid policy, and no valid address for reports. */
    INVALID_RECORD,
    /** RFC 9989 §5.3.5: neither SPF nor DKIM passed for any domain. */
    NOTHING_AUTHENTICATED,
    /** RFC 9989 §5.3.5: what passed speaks for other domains. */
    NOTHING_ALIGNED,
    /** RFC 9989 §5.3.6: the DNS failed in the search for the record. */
    RECORD_LOOKUP_FAILED,
    /** RFC 9989 §5.3.6: the DNS failed in the comparison of organizations. */
    ALIGNMENT_LOOKUP_FAILED,
    /** RFC 9989 §5.3.6: the DNS did not say whether the Author Domain exists, which decides the policy. */
    EXISTENCE_LOOKUP_FAILED,
    /** RFC 9989 §5.3.6: an SPF or DKIM check with a temporary error could have made the message pass. */
    IDENTIFIER_UNRESOLVED
}

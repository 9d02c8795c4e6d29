package org.countersign.arc;

/** Why a chain did not pass: each problem with the rule that it violates. */
public enum ArcProblem {
    TOO_MANY_SETS("RFC 8617 §5.2 step 1", "there are more than 50 of them"),
    MARKED_AS_FAILED("RFC 8617 §5.2 step 2", "the last handler found the chain broken already"),
    FIELD_TOO_LARGE("RFC 8617 §9.1", "one of its fields is larger than this receiver allows"),
    INSTANCE_MALFORMED("RFC 8617 §4.2.1", "one of its fields has no instance number from 1 to 50"),
    SET_MISSING("RFC 8617 §5.2 step 3B", "a set is missing in the sequence"),
    FIELD_MISSING("RFC 8617 §5.2 step 3A", "a set lacks one of its three fields"),
    FIELD_REPEATED("RFC 8617 §5.2 step 3A", "a set has one of its three fields twice"),
    STATUS_OUT_OF_PLACE("RFC 8617 §5.2 step 3C", "the chain status of a seal does not fit its instance"),
    SEAL_MALFORMED("RFC 8617 §4.1.3", "a seal is malformed"),
    SEAL_LISTS_FIELDS("RFC 8617 §4.1.3", "a seal has an h= tag"),
    SEAL_BROKEN("RFC 8617 §5.2 step 6", "a seal does not verify"),
    MESSAGE_SIGNATURE_MALFORMED("RFC 8617 §4.1.2", "the newest message signature is malformed"),
    MESSAGE_SIGNATURE_COVERS_SEALS("RFC 8617 §4.1.2", "the newest message signature covers ARC-Seal fields"),
    MESSAGE_SIGNATURE_BROKEN("RFC 8617 §5.2 step 4", "the newest message signature does not verify"),
    TOO_MANY_KEYS("RFC 8617 §9.2", "it needs more public keys than are looked up for one message"),
    TOO_MUCH_WORK("RFC 8617 §9.2", "it needs longer keys, or more public key operations, than this receiver allows"),
    KEY_UNAVAILABLE("RFC 8617 §5.2.1", "a public key cannot be fetched now");

    private final String rule;
    private final String description;

    ArcProblem(String rule, String description) {
        this.rule = rule;
        this.description = description;
    }

    /**
     * Whether a local limit or an unavailable key is the only reason, so that another verifier may come to another
     * result.
     */
    boolean isLocalLimit() {
        return this == FIELD_TOO_LARGE || this == TOO_MANY_KEYS || this == TOO_MUCH_WORK || this == KEY_UNAVAILABLE;
    }

    /** The rule that is violated: {@code RFC 8617 §5.2 step 3}. */
    public String rule() {
        return rule;
    }

    /** A clause for people that follows "because". */
    public String description() {
        return description;
    }
}

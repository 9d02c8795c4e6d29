package org.countersign.keys;

/** Why a signature did not pass: each problem with the rule that it violates and the result that follows. */
public enum SignatureProblem {
    SYNTAX("RFC 6376 §3.2", Outcome.PERMERROR, "its tag list is malformed"),
    DUPLICATE_TAG("RFC 6376 §3.2", Outcome.PERMERROR, "a tag occurs in it twice"),
    MISSING_TAG("RFC 6376 §6.1.1", Outcome.PERMERROR, "a required tag is missing"),
    UNKNOWN_VERSION("RFC 6376 §6.1.1", Outcome.PERMERROR, "its version is not 1"),
    UNKNOWN_ALGORITHM("RFC 6376 §3.3.4", Outcome.PERMERROR, "its algorithm is not known"),
    HISTORIC_ALGORITHM("RFC 8301 §3.1", Outcome.PERMERROR, "its algorithm must not be used any more"),
    UNKNOWN_CANONICALIZATION("RFC 6376 §3.4", Outcome.PERMERROR, "its canonicalization is not known"),
    UNKNOWN_QUERY_METHOD("RFC 6376 §3.5", Outcome.PERMERROR, "it names no known method to look up the key"),
    BAD_BASE64("RFC 6376 §3.5", Outcome.PERMERROR, "a tag is not base64 of the right length"),
    BAD_DOMAIN("RFC 6376 §3.5", Outcome.PERMERROR, "its signing domain is not a domain name"),
    BAD_SELECTOR("RFC 6376 §3.5", Outcome.PERMERROR, "its selector cannot be part of a domain name"),
    BAD_HEADER_NAME("RFC 6376 §3.5", Outcome.PERMERROR, "its h= tag has a name that no header field can have"),
    BAD_NUMBER("RFC 6376 §3.5", Outcome.PERMERROR, "a tag is not a number"),
    BAD_AUID("RFC 6376 §3.5", Outcome.PERMERROR, "its agent or user identifier is malformed"),
    AUID_OUTSIDE_SDID("RFC 6376 §6.1.1", Outcome.PERMERROR, "its identifier is not of the signing domain"),
    FROM_NOT_SIGNED("RFC 6376 §6.1.1", Outcome.PERMERROR, "it does not cover the From field"),
    EXPIRED("RFC 6376 §6.1.1", Outcome.PERMERROR, "it has expired"),
    SIGNED_IN_FUTURE("RFC 6376 §3.5", Outcome.PERMERROR, "it was made in the future"),
    EXPIRES_BEFORE_SIGNED("RFC 6376 §3.5", Outcome.PERMERROR, "it expires before it was made"),
    TOO_MANY_TAGS("RFC 6376 §6.1.1", Outcome.NOT_EVALUATED, "it has more tags than are evaluated"),
    TOO_MANY_HEADER_NAMES("RFC 6376 §6.1.1", Outcome.NOT_EVALUATED, "its h= tag has more names than are evaluated"),
    TOO_MANY_SIGNATURES("RFC 6376 §6.1", Outcome.NOT_EVALUATED, "the message has more signatures than are evaluated"),

    NO_KEY("RFC 6376 §6.1.2", Outcome.PERMERROR, "there is no public key"),
    KEY_UNAVAILABLE("RFC 6376 §6.1.2", Outcome.TEMPERROR, "the public key cannot be fetched now"),
    /** The lookup was not made or not completed, because of a local limit; this says nothing about the domain. */
    KEY_LOOKUP_GIVEN_UP(
            "RFC 6376 §6.1.2", Outcome.TEMPERROR, "a limit of this receiver prevented the lookup of the public key"),
    KEY_SYNTAX("RFC 6376 §6.1.2", Outcome.PERMERROR, "the public key record is malformed"),
    KEY_REVOKED("RFC 6376 §6.1.2", Outcome.PERMERROR, "the public key has been revoked"),
    KEY_TYPE_MISMATCH("RFC 6376 §6.1.2", Outcome.PERMERROR, "the public key is of another type"),
    KEY_HASH_NOT_ALLOWED("RFC 6376 §6.1.2", Outcome.PERMERROR, "the public key is not for this hash"),
    KEY_NOT_FOR_EMAIL("RFC 6376 §3.6.1", Outcome.PERMERROR, "the public key is not for email"),
    KEY_NOT_FOR_SUBDOMAINS("RFC 6376 §3.6.1", Outcome.PERMERROR, "the public key is not for subdomains"),
    KEY_UNUSABLE("RFC 6376 §6.1.2", Outcome.PERMERROR, "the public key cannot be used"),
    KEY_TOO_SHORT("RFC 8301 §3.2", Outcome.PERMERROR, "the public key has fewer than 1024 bits"),
    KEY_TOO_LONG("RFC 8301 §3.2", Outcome.PERMERROR, "the public key has more than 8192 bits"),
    KEY_BELOW_LOCAL_MINIMUM("RFC 8301 §3.2", Outcome.POLICY, "the public key is shorter than is accepted here"),

    KEY_ABOVE_LOCAL_MAXIMUM(
            "RFC 8301 §3.2", Outcome.POLICY, "the public key is longer than dkim.longest-rsa-key allows"),
    TOO_MANY_KEY_OPERATIONS(
            "RFC 6376 §6.1",
            Outcome.NOT_EVALUATED,
            "the message needs more public key operations than are done for one message"),

    BODY_SHORTER_THAN_SIGNED("RFC 6376 §3.5", Outcome.PERMERROR, "the body is shorter than the part signed"),
    BODY_HASH_MISMATCH("RFC 6376 §6.1.3", Outcome.FAIL, "the body is not the one that was signed"),
    SIGNATURE_MISMATCH(
            "RFC 6376 §6.1.3", Outcome.FAIL, "the header fields are not those signed, or another key signed them");

    /** The result that a problem leads to (RFC 8601 §2.7.1). */
    public enum Outcome {
        FAIL,
        POLICY,
        TEMPERROR,
        PERMERROR,
        NOT_EVALUATED
    }

    private final String rule;
    private final Outcome outcome;
    private final String description;

    SignatureProblem(String rule, Outcome outcome, String description) {
        this.rule = rule;
        this.outcome = outcome;
        this.description = description;
    }

    /** The rule that is violated: {@code RFC 6376 §6.1.2}. */
    public String rule() {
        return rule;
    }

    /** A clause for people that follows "because". */
    public String description() {
        return description;
    }

    /** Whether a later attempt may give another result. */
    public boolean isTemporary() {
        return outcome == Outcome.TEMPERROR;
    }

    /** Whether a local limit is the only reason, so that another host may accept the signature. */
    public boolean isLocalLimit() {
        return outcome == Outcome.NOT_EVALUATED || this == KEY_ABOVE_LOCAL_MAXIMUM;
    }

    /** The result that the problem leads to. */
    public Outcome outcome() {
        return outcome;
    }
}

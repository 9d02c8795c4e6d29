package org.countersign.dmarc;

/** The result of comparing a domain with the Author Domain (RFC 9989 §4.4, §4.10.2). */
public enum Alignment {
    /** The same name: aligned in both modes. */
    IDENTICAL(true, "is the author's domain"),
    /** The same Organizational Domain: aligned in relaxed mode. */
    SAME_ORGANIZATION(true, "belongs to the author's organization"),
    /** A different name: not aligned in strict mode. */
    NOT_IDENTICAL(false, "is not the author's domain, which strict alignment requires"),
    /** A different Organizational Domain: not aligned in relaxed mode. */
    OTHER_ORGANIZATION(false, "belongs to another organization"),
    /** Not known, because DNS lookups failed. */
    UNDECIDED(false, "could not be compared, because DNS lookups failed"),
    /** Not compared: another domain of the same mechanism is aligned. */
    NOT_NEEDED(false, "was not compared, because another domain is aligned"),
    /** Not compared: the limit of tree walks was reached. */
    TOO_MANY(false, "was not compared, because of the limit for the number of domains");

    private final boolean aligned;
    private final String description;

    Alignment(boolean aligned, String description) {
        this.aligned = aligned;
        this.description = description;
    }

    /** Whether the domain is aligned with the Author Domain. */
    public boolean isAligned() {
        return aligned;
    }

    /** The predicate of a sentence whose subject is the domain. */
    public String describe() {
        return description;
    }
}

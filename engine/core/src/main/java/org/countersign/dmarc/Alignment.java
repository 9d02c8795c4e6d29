package org.countersign.dmarc;

/** How a domain stands to the Author Domain (RFC 9989 §4.4, §4.10.2). */
public enum Alignment {
    /** The same name: aligned in either mode. */
    IDENTICAL(true, "is the author's domain itself"),
    /** The same Organizational Domain, and relaxed alignment is enough. */
    SAME_ORGANIZATION(true, "belongs to the author's organization"),
    /** Another name, and the record demands the same one. */
    NOT_IDENTICAL(false, "is not the author's domain itself, as strict alignment demands"),
    OTHER_ORGANIZATION(false, "belongs to another organization"),
    /** The DNS did not say enough. */
    UNDECIDED(false, "could not be compared, since the DNS did not answer"),
    /** Another domain of the same mechanism is aligned already. */
    NOT_NEEDED(false, "did not have to be compared"),
    /** Too many domains before it. */
    TOO_MANY(false, "was not compared, since too many others were");

    private final boolean aligned;
    private final String description;

    Alignment(boolean aligned, String description) {
        this.aligned = aligned;
        this.description = description;
    }

    public boolean isAligned() {
        return aligned;
    }

    /** The rest of a sentence that begins with the domain. */
    public String describe() {
        return description;
    }
}

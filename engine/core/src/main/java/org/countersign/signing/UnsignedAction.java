package org.countersign.signing;

/** What to do with an outbound message that cannot be signed. */
public enum UnsignedAction {
    /** Send it without a signature. */
    UNSIGNED,
    /** Ask the client to try again later. */
    TEMPFAIL,
    /** Refuse it. */
    REJECT
}

package org.countersign.signing;

/** What becomes of a message of ours that cannot be signed. */
public enum UnsignedAction {
    /** It is sent without a signature. */
    UNSIGNED,
    /** The client is asked to try again later. */
    TEMPFAIL,
    /** It is refused. */
    REJECT
}

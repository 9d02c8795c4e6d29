package org.countersign.signing;

/** What to do with a message if a key that would sign it is not published correctly. */
public enum UnpublishedKeyAction {
    /** Sign with the key nevertheless. Verifiers may see another DNS, and a signature that fails does no harm. */
    SIGN,
    /** Sign with the key that was in use before, if that key is published. Otherwise leave this signature out. */
    PREVIOUS,
    /** Leave this signature out. */
    UNSIGNED,
    /** Ask the client to try again later. */
    TEMPFAIL
}

package org.countersign.signing;

/** What to do with a message when a key that would sign it is not published as it should be. */
public enum UnpublishedKey {
    /** Sign with it all the same: the DNS may look different from here, and a signature that fails does no harm. */
    SIGN,
    /** Sign with the key that was in use before, where that one is published; else leave this signature out. */
    PREVIOUS,
    /** Leave this signature out. */
    UNSIGNED,
    /** Have the message come again later. */
    TEMPFAIL
}

package org.countersign;

/** What to do with a message when the key that would sign it is not published as it should be. */
public enum UnpublishedKey {
    /** Sign with it all the same: the DNS may look different from here, and a signature that fails does no harm. */
    SIGN,
    /** Sign with another key of the same domain and algorithm that is published; where there is none, as it is. */
    PREVIOUS,
    /** Leave this signature out. */
    UNSIGNED,
    /** Have the message come again later. */
    TEMPFAIL
}

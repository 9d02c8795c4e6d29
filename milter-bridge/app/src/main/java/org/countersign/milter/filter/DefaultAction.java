package org.countersign.milter.filter;

/** What becomes of a message that is not evaluated. Postfix has a setting of the same purpose: milter_default_action. */
public enum DefaultAction {
    /** The client is asked to retry later. */
    TEMPFAIL,
    /** The message is accepted as it is, except that forged fields are removed. */
    ACCEPT
}

package org.countersign.policy;

/** The action of quarantine. */
public enum QuarantineAction {
    /** Deliver the message with a header field that marks it. */
    MARK,
    /** Have the mail server hold the message. A mail server that cannot hold messages marks it. */
    HOLD
}

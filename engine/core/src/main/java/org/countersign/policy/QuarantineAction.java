package org.countersign.policy;

/** What is done with mail in quarantine. */
public enum QuarantineAction {
    /** It is delivered with a field that says so. */
    MARK,
    /** The mail server holds it back, where it can; elsewhere it is marked. */
    HOLD
}

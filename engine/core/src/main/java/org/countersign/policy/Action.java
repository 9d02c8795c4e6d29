package org.countersign.policy;

import org.countersign.syntax.Keyword;

/** An action of a rule on a message, without its parameters. */
public enum Action {
    /** Deliver the message. */
    ACCEPT,
    /** Deliver the message with a header field that names the rule, for a filter of the recipient. */
    TAG,
    /** Deliver the message marked as suspicious, or have the mail server hold it. */
    QUARANTINE,
    /** Accept the message and drop it. Neither sender nor recipient is notified. */
    DISCARD,
    /** Refuse the message permanently in the SMTP session. */
    REJECT,
    /** Refuse the message temporarily, so that the client retries later. */
    TEMPFAIL;

    /** The keyword in policy files, logs and JSON. */
    public String keyword() {
        return Keyword.of(this);
    }

    /** Whether the recipients get the message unconditionally. */
    boolean delivers() {
        return this == ACCEPT || this == TAG;
    }
}

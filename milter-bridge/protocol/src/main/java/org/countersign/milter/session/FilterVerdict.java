package org.countersign.milter.session;

import org.countersign.milter.wire.ReplyText;

/** What becomes of a message. */
public sealed interface FilterVerdict {
    record Accept() implements FilterVerdict {}

    /** Refuses with this text, for good or for now as its code says. */
    record Refuse(ReplyText text) implements FilterVerdict {}

    /** Says yes and drops the message. */
    record Discard() implements FilterVerdict {}

    /**
     * Accepts, and has the mail server hold the message back, where it can.
     *
     * @param reason for the mail server's log
     */
    record Quarantine(String reason) implements FilterVerdict {}
}

package org.countersign.milter.session;

import org.countersign.milter.wire.ReplyText;

/** What the mail server is to do with a message. */
public sealed interface FilterVerdict {
    /** Accepts the message. */
    record Accept() implements FilterVerdict {}

    /** Rejects or defers the message with this reply, depending on its code. */
    record Refuse(ReplyText text) implements FilterVerdict {}

    /** Accepts the message and drops it. */
    record Discard() implements FilterVerdict {}

    /**
     * Accepts the message, and asks the mail server to hold it.
     *
     * @param reason the reason to write to the mail server's log
     */
    record Quarantine(String reason) implements FilterVerdict {}
}

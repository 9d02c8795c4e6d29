package org.countersign.milter.session;

/** How far a connection has come. It says how long a mail server may be waited for. */
public enum SessionStage {
    /** The mail server has not negotiated yet. */
    NEGOTIATION,
    /** Negotiated, and no message is under way. */
    BETWEEN_MESSAGES,
    /** A message is under way. */
    IN_MESSAGE,
    /**
     * A message has recipients and no header field yet. The mail server may be receiving it from its client, for it
     * hands a message on when it has all of it.
     */
    AWAITING_CONTENT;

    /** Whether a message is under way. */
    public boolean isInMessage() {
        return this == IN_MESSAGE || this == AWAITING_CONTENT;
    }
}

package org.countersign.milter.session;

/** The stage of a connection, which determines its timeout. */
public enum SessionStage {
    /** The mail server has not negotiated yet. */
    NEGOTIATION,
    /** Negotiated, and no message has begun. */
    BETWEEN_MESSAGES,
    /** A message has begun. */
    IN_MESSAGE,
    /**
     * A message has recipients and no header field yet. The mail server may still be receiving it from its client,
     * because it forwards a message when it is complete.
     */
    AWAITING_CONTENT;

    /** Whether a message has begun and not ended. */
    public boolean isInMessage() {
        return this == IN_MESSAGE || this == AWAITING_CONTENT;
    }
}

package org.countersign.milter.wire;

/** What can be wrong inside a packet. */
public enum ProtocolProblem {
    /** The leading octet means nothing. */
    UNKNOWN_CODE,
    /** The packet ends before a number or a text that belongs to it. */
    TOO_SHORT,
    /** A text without the NUL at its end. */
    MISSING_NUL,
    /** Octets behind the last item. */
    LEFT_OVER,
    /** A stage for macros that does not exist. */
    UNKNOWN_STAGE,
    /** A reply text that a mail server would not relay, see {@link ReplyText}. */
    BAD_REPLY_TEXT
}

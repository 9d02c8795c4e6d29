package org.countersign.milter.wire;

/** The ways in which a packet can be malformed. */
public enum ProtocolProblem {
    /** The first octet is unknown. */
    UNKNOWN_CODE,
    /** The packet ends before a required number or text. */
    TOO_SHORT,
    /** A text has no terminating NUL. */
    MISSING_NUL,
    /** There are more texts than any mail server sends. */
    TOO_MANY_TEXTS,
    /** There are octets after the last field. */
    LEFT_OVER,
    /** The number of a macro stage is unknown. */
    UNKNOWN_STAGE,
    /** A reply text that mail servers do not accept, see {@link ReplyText}. */
    BAD_REPLY_TEXT
}

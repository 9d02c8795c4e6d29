package org.countersign.dmarc;

/** What Identifier Alignment requires (RFC 9989 §4.4). */
public enum AlignmentMode {
    /** The same Organizational Domain. */
    RELAXED,
    /** The same name. */
    STRICT
}

package org.countersign.dmarc;

/** How close an authenticated domain must be to the Author Domain (RFC 9989 §4.4). */
public enum AlignmentMode {
    /** The same Organizational Domain is enough. */
    RELAXED,
    /** It must be the very same name. */
    STRICT
}

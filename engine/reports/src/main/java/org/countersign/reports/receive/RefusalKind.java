package org.countersign.reports.receive;

/** Why something is refused, for those who count. */
public enum RefusalKind {
    /** It cannot be read, or is larger than anything that is read. */
    UNUSABLE,
    /** It is about a domain that does not belong to this site. */
    NOT_ABOUT_US,
    /** There were too many today. */
    DAILY_LIMIT
}

package org.countersign.policy;

/** Whether decisions are carried out. */
public enum Mode {
    /** Everything but refusing: what would have been done is on record, and every message is accepted. */
    MONITOR,
    /** Decisions are carried out. */
    ENFORCE
}

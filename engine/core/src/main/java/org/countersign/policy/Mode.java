package org.countersign.policy;

/** Whether the verdicts of the rules are carried out. */
public enum Mode {
    /** Verdicts are recorded but not carried out: every message is accepted. */
    MONITOR,
    /** Verdicts are carried out. */
    ENFORCE
}

package org.countersign.doctor;

/** How much a finding matters, worst first. */
public enum Severity {
    /** Mail or policy fails today. */
    ERROR,
    /** Fails with some receivers, soon, or too easily. */
    WARNING,
    /** Could not be asked, so that nothing is known. */
    UNKNOWN,
    /** Would be better otherwise. */
    HINT,
    /** Good to know. */
    INFO
}

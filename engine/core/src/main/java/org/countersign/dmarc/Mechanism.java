package org.countersign.dmarc;

/** What can authenticate a domain for DMARC (RFC 9989 §4.4). */
public enum Mechanism {
    SPF("SPF"),
    DKIM("DKIM");

    private final String label;

    Mechanism(String label) {
        this.label = label;
    }

    /** The name for people. */
    public String label() {
        return label;
    }
}

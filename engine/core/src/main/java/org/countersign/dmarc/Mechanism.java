package org.countersign.dmarc;

/** An authentication mechanism that DMARC uses (RFC 9989 §4.4). */
public enum Mechanism {
    SPF("SPF"),
    DKIM("DKIM");

    private final String label;

    Mechanism(String label) {
        this.label = label;
    }

    /** The name to display. */
    public String label() {
        return label;
    }
}

package org.countersign.reports.send;

/** Why nothing is sent about a policy that asks for reports. */
public enum Omission {
    NOT_ABOUT("are excluded by reports.send.only-about or not-about"),
    FEW_MESSAGES("have fewer messages than reports.send.min-messages"),
    UNKNOWN_DOMAIN("have no message that passed, which reports.send.only-known-domains requires"),
    ORGANIZATION_LIMIT("are beyond reports.send.max-per-organization"),
    DAY_LIMIT("are beyond reports.send.max-per-day");

    private final String description;

    Omission(String description) {
        this.description = description;
    }

    /** What the policies have in common, as in "policies that are excluded". */
    public String describe() {
        return description;
    }
}

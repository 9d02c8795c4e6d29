package org.countersign.dmarc;

/**
 * What the Domain Owner asks for, if a message fails.
 *
 * @param declared as the record says it
 * @param tag which part of the record says it
 * @param applied what is to be applied: one level below in test mode (RFC 9989 §4.7 {@code t})
 */
public record RequestedPolicy(DmarcPolicy declared, Tag tag, DmarcPolicy applied) {
    /** Where a policy comes from (RFC 9989 §4.7, §4.10.1). */
    public enum Tag {
        P("p"),
        SP("sp"),
        NP("np"),
        /** The record's policy tags are not valid, but it asks for reports: as if it said {@code p=none}. */
        SUBSTITUTED("p=none in place of an invalid policy");

        private final String label;

        Tag(String label) {
            this.label = label;
        }

        /** The tag's name, or a few words. */
        public String label() {
            return label;
        }
    }

    static RequestedPolicy of(DmarcPolicy declared, Tag tag, boolean testing) {
        return new RequestedPolicy(declared, tag, testing ? declared.oneLevelBelow() : declared);
    }

    /** Whether test mode made a difference. */
    public boolean isSteppedDown() {
        return declared != applied;
    }
}

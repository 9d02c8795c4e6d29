package org.countersign.dmarc;

/**
 * The policy that the Domain Owner requests for a message that fails.
 *
 * @param declared the policy in the record
 * @param tag the part of the record that declares it
 * @param applied the policy to apply: one level below in test mode (RFC 9989 §4.7 {@code t}) and outside the sample of
 *     {@code pct} (RFC 7489 §6.6.4)
 */
public record RequestedPolicy(DmarcPolicy declared, Tag tag, DmarcPolicy applied) {
    /** The part of a record that declares a policy (RFC 9989 §4.7, §4.10.1). */
    public enum Tag {
        P("p"),
        SP("sp"),
        NP("np"),
        /** The policy tags are invalid, but the record requests reports, so it counts as {@code p=none}. */
        SUBSTITUTED("p=none in place of an invalid policy");

        private final String label;

        Tag(String label) {
            this.label = label;
        }

        /** The name of the tag, or a description. */
        public String label() {
            return label;
        }
    }

    static RequestedPolicy of(DmarcPolicy declared, Tag tag, boolean oneLevelBelow) {
        return new RequestedPolicy(declared, tag, oneLevelBelow ? declared.oneLevelBelow() : declared);
    }

    /** Whether the policy to apply is below the declared one. */
    boolean isSteppedDown() {
        return declared != applied;
    }
}

package org.countersign.dmarc;

import java.util.Optional;
import org.countersign.syntax.Octets;

/** The policy for mail that fails, as the Domain Owner requests it (RFC 9989 §4.7 {@code p}), mildest first. */
public enum DmarcPolicy {
    NONE("none"),
    QUARANTINE("quarantine"),
    REJECT("reject");

    private final String keyword;

    DmarcPolicy(String keyword) {
        this.keyword = keyword;
    }

    /** The keyword in records, in Authentication-Results and in reports. */
    public String keyword() {
        return keyword;
    }

    /** Parses the value of a {@code p}, {@code sp} or {@code np} tag; case-insensitive. Empty if invalid. */
    public static Optional<DmarcPolicy> parse(Octets value) {
        for (DmarcPolicy policy : values()) {
            if (value.equalsIgnoreCase(policy.keyword)) {
                return Optional.of(policy);
            }
        }
        return Optional.empty();
    }

    /** The policy one level below, which applies in test mode (RFC 9989 §4.7 {@code t}). */
    public DmarcPolicy oneLevelBelow() {
        return switch (this) {
            case REJECT -> QUARANTINE;
            case QUARANTINE, NONE -> NONE;
        };
    }
}

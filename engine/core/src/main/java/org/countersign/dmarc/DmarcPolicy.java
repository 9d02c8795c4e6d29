package org.countersign.dmarc;

import java.util.Optional;
import org.countersign.syntax.Octets;

/** What a Domain Owner asks receivers to do with mail that fails (RFC 9989 §4.7 {@code p}), mildest first. */
public enum DmarcPolicy {
    NONE("none"),
    QUARANTINE("quarantine"),
    REJECT("reject");

    private final String keyword;

    DmarcPolicy(String keyword) {
        this.keyword = keyword;
    }

    /** The word used in records, in Authentication-Results and in reports. */
    public String keyword() {
        return keyword;
    }

    /** Reads the value of a {@code p}, {@code sp} or {@code np} tag, whatever the case of its letters. */
    public static Optional<DmarcPolicy> parse(Octets value) {
        for (DmarcPolicy policy : values()) {
            if (value.equalsIgnoreCase(policy.keyword)) {
                return Optional.of(policy);
            }
        }
        return Optional.empty();
    }

    /** The policy one level below, which a domain in test mode gets (RFC 9989 §4.7 {@code t}). */
    public DmarcPolicy oneLevelBelow() {
        return switch (this) {
            case REJECT -> QUARANTINE;
            case QUARANTINE, NONE -> NONE;
        };
    }
}

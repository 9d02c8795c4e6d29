package org.countersign.reports.document;

import java.util.Optional;

/** Why the action differs from the published policy (RFC 9990 §3.1.6). */
public enum PolicyOverrideType {
    LOCAL_POLICY("local_policy"),
    MAILING_LIST("mailing_list"),
    OTHER("other"),
    /** The tag {@code t=y} of the record. */
    POLICY_TEST_MODE("policy_test_mode"),
    TRUSTED_FORWARDER("trusted_forwarder");

    private final String keyword;

    PolicyOverrideType(String keyword) {
        this.keyword = keyword;
    }

    /** The word in reports. */
    public String keyword() {
        return keyword;
    }

    /** The type with this word; empty for another word. */
    public static Optional<PolicyOverrideType> ofKeyword(String keyword) {
        for (PolicyOverrideType type : values()) {
            if (type.keyword.equals(keyword)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}

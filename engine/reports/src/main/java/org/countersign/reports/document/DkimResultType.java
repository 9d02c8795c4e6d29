package org.countersign.reports.document;

import java.util.Optional;

/** The result for a signature (RFC 9990 §3.1.1.12, RFC 8601 §2.7.1). */
public enum DkimResultType {
    NONE("none"),
    PASS("pass"),
    FAIL("fail"),
    POLICY("policy"),
    NEUTRAL("neutral"),
    TEMPERROR("temperror"),
    PERMERROR("permerror");

    private final String keyword;

    DkimResultType(String keyword) {
        this.keyword = keyword;
    }

    /** The word in reports. */
    public String keyword() {
        return keyword;
    }

    /** The result with this word; empty for another word. */
    public static Optional<DkimResultType> ofKeyword(String keyword) {
        for (DkimResultType type : values()) {
            if (type.keyword.equals(keyword)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}

package org.countersign.reports.document;

import java.util.Optional;

/** The result of SPF (RFC 9990 §3.1.1.13, RFC 8601 §2.7.2). */
public enum SpfResultType {
    NONE("none"),
    PASS("pass"),
    FAIL("fail"),
    SOFTFAIL("softfail"),
    POLICY("policy"),
    NEUTRAL("neutral"),
    TEMPERROR("temperror"),
    PERMERROR("permerror");

    private final String keyword;

    SpfResultType(String keyword) {
        this.keyword = keyword;
    }

    /** The word in reports. */
    public String keyword() {
        return keyword;
    }

    /** The result with this word; empty for another word. */
    public static Optional<SpfResultType> ofKeyword(String keyword) {
        for (SpfResultType type : values()) {
            if (type.keyword.equals(keyword)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}

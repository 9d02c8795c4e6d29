package org.countersign.arc;

import java.util.Optional;

/** The result of a received chain as the next handler seals it (RFC 8617 §4.4). */
public enum ChainStatus {
    NONE("none"),
    PASS("pass"),
    FAIL("fail");

    private final String keyword;

    ChainStatus(String keyword) {
        this.keyword = keyword;
    }

    /** The value of the {@code cv=} tag and of the result in an Authentication-Results field. */
    public String keyword() {
        return keyword;
    }

    /** The status with this keyword, which is case-sensitive (RFC 6376 §3.2). */
    static Optional<ChainStatus> named(String keyword) {
        for (ChainStatus status : values()) {
            if (status.keyword.equals(keyword)) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }
}

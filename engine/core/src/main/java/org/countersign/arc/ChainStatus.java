package org.countersign.arc;

import java.util.Optional;

/** What a handler says of the chain that it received (RFC 8617 §4.4). */
public enum ChainStatus {
    NONE("none"),
    PASS("pass"),
    FAIL("fail");

    private final String keyword;

    ChainStatus(String keyword) {
        this.keyword = keyword;
    }

    /** As the {@code cv=} tag and an Authentication-Results field have it. */
    public String keyword() {
        return keyword;
    }

    /** The status of this name; names are case sensitive (RFC 6376 §3.2). */
    static Optional<ChainStatus> named(String keyword) {
        for (ChainStatus status : values()) {
            if (status.keyword.equals(keyword)) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }
}

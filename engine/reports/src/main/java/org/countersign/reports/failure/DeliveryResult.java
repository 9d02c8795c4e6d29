package org.countersign.reports.failure;

import java.util.Optional;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Keyword;

/** What became of the message (RFC 6591 §3.2.2). */
public enum DeliveryResult {
    DELIVERED,
    SPAM,
    /** Local policy decided. */
    POLICY,
    REJECT,
    OTHER;

    /** The word in reports. */
    public String keyword() {
        return Keyword.of(this);
    }

    static Optional<DeliveryResult> parse(String text) {
        for (DeliveryResult result : values()) {
            if (Ascii.equalsIgnoreCase(text, result.keyword())) {
                return Optional.of(result);
            }
        }
        return Optional.empty();
    }
}

package org.countersign.signing;

import java.time.Instant;
import java.util.Optional;

/**
 * When a key is in use.
 *
 * @param activeFrom the first moment at which it signs; empty: it always has
 * @param retiredFrom the first moment at which it no longer does; empty: never
 */
public record KeyValidity(Optional<Instant> activeFrom, Optional<Instant> retiredFrom) {
    /** In use at all times. */
    public static final KeyValidity ALWAYS = new KeyValidity(Optional.empty(), Optional.empty());

    /** Whether the key is in use. */
    public boolean contains(Instant now) {
        return activeFrom.filter(now::isBefore).isEmpty()
                && retiredFrom.filter(end -> !now.isBefore(end)).isEmpty();
    }

    /** Whether there is a moment at which the key is in use. */
    public boolean isPossible() {
        return activeFrom.isEmpty() || retiredFrom.isEmpty() || activeFrom.get().isBefore(retiredFrom.get());
    }
}

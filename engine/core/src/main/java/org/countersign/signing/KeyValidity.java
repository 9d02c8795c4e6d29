package org.countersign.signing;

import java.time.Instant;
import java.util.Optional;

/**
 * The time in which a key signs.
 *
 * @param activeFrom the first instant at which it signs; empty for no beginning
 * @param retiredFrom the first instant at which it signs no longer; empty for no end
 */
public record KeyValidity(Optional<Instant> activeFrom, Optional<Instant> retiredFrom) {
    /** Valid at all times. */
    public static final KeyValidity ALWAYS = new KeyValidity(Optional.empty(), Optional.empty());

    /** Whether the key signs at this instant. */
    public boolean contains(Instant now) {
        return activeFrom.filter(now::isBefore).isEmpty()
                && retiredFrom.filter(end -> !now.isBefore(end)).isEmpty();
    }

    /** Whether there is any instant at which the key signs. */
    public boolean isPossible() {
        return activeFrom.isEmpty() || retiredFrom.isEmpty() || activeFrom.get().isBefore(retiredFrom.get());
    }
}

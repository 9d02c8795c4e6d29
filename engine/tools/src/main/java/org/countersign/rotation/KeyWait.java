package org.countersign.rotation;

import java.time.Duration;
import java.util.Optional;

/**
 * A wait of a key, counted by what has passed for certain.
 *
 * @param needed how long to wait
 * @param passed what has passed so far
 * @param last when {@code passed} was counted; empty while the wait has not begun
 */
public record KeyWait(Duration needed, Duration passed, Optional<ClockReading> last) {
    /** Nothing to wait for. */
    static final KeyWait NONE = notBegun(Duration.ZERO);

    /** A wait that has not begun. */
    static KeyWait notBegun(Duration needed) {
        return new KeyWait(needed, Duration.ZERO, Optional.empty());
    }

    /** The wait from now on. */
    KeyWait begun(ClockReading now) {
        return new KeyWait(needed, Duration.ZERO, Optional.of(now));
    }

    /** The wait with the time until now counted. */
    KeyWait counted(ClockReading now) {
        return new KeyWait(needed, passed.plus(last.map(now::since).orElse(Duration.ZERO)), Optional.of(now));
    }

    /** The wait, if it must be this long at least. */
    KeyWait atLeast(Duration other) {
        return other.compareTo(needed) > 0 ? new KeyWait(other, passed, last) : this;
    }

    boolean isOver() {
        return last.isPresent() && passed.compareTo(needed) >= 0;
    }

    /** What is left, not negative. */
    public Duration left() {
        Duration left = needed.minus(passed);
        return left.isNegative() ? Duration.ZERO : left;
    }
}

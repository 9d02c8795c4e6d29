package org.countersign.rotation;

import java.time.Duration;
import java.time.Instant;

/**
 * A reading of the clocks of a host. The clock of the day may be set forwards and backwards. The time since the start of
 * the system cannot, so that a wait is not cut short by a clock that was set.
 *
 * @param time the time of day
 * @param boot the identifier of the run of the system; empty if the system has none
 * @param sinceBoot the time since the start of the system, including times of sleep; zero if it is not known
 */
public record ClockReading(Instant time, String boot, Duration sinceBoot) {
    /**
     * The time that has passed at least since an earlier reading.
     *
     * @return not negative
     */
    public Duration since(ClockReading earlier) {
        Duration byDay = Duration.between(earlier.time, time);
        Duration elapsed;
        if (boot.isEmpty()) {
            elapsed = byDay;
        } else if (boot.equals(earlier.boot)) {
            elapsed = sinceBoot.minus(earlier.sinceBoot);
        } else {
            // The system was started in between, or another host has made the earlier reading.
            elapsed = byDay.compareTo(sinceBoot) < 0 ? byDay : sinceBoot;
        }
        return elapsed.isNegative() ? Duration.ZERO : elapsed;
    }
}

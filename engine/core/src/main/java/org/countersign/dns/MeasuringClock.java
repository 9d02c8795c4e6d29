package org.countersign.dns;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A wall clock together with a monotonic clock.
 *
 * <p>Wall time is for values that people and protocols see: logs, dates of keys, {@code t=} and {@code x=} of
 * signatures. The monotonic clock measures deadlines, TTLs, backoffs and durations, so that setting the wall clock
 * changes none of them.
 */
public interface MeasuringClock extends InstantSource {
    /** The monotonic clock. Only differences between its instants have a meaning. */
    InstantSource monotonic();

    /** The monotonic clock of the given clock, or the clock itself if it has none, as in tests. */
    static InstantSource monotonicOf(InstantSource clock) {
        return clock instanceof MeasuringClock measuring ? measuring.monotonic() : clock;
    }

    /** The deadline of DNS lookups that begin now: this time from now, on the monotonic clock by which clients measure. */
    static Instant deadline(InstantSource clock, Duration time) {
        return monotonicOf(clock).instant().plus(time);
    }

    /**
     * Whether a time of a wall clock has come. One that is too far ahead was planned before the clock was set back, and has come
     * too: otherwise nothing would happen until the clock is there again.
     *
     * @param longest how far ahead the time can be when it is planned
     */
    static boolean hasCome(Instant planned, Duration longest, Instant now) {
        return !now.isBefore(planned) || planned.isAfter(now.plus(longest));
    }
}

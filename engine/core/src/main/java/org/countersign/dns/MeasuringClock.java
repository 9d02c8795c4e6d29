package org.countersign.dns;

import java.time.InstantSource;

/**
 * A clock that shows wall time, and has a second one for measuring: a monotonic clock, which nobody sets.
 *
 * <p>Wall time is for what people and protocols see: logs, dates of keys, {@code t=} and {@code x=} of signatures.
 * Deadlines, times to live, rests of a server and durations are measured with the monotonic clock. Setting the wall
 * clock forwards or back changes none of them.
 */
public interface MeasuringClock extends InstantSource {
    /** The monotonic clock. Its instants mean nothing but the distance between them. */
    InstantSource monotonic();

    /** What to measure with: the monotonic clock of this one, or this one where it has none, as in tests. */
    static InstantSource monotonicOf(InstantSource clock) {
        return clock instanceof MeasuringClock measuring ? measuring.monotonic() : clock;
    }
}

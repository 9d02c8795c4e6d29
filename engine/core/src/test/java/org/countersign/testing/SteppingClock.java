package org.countersign.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.countersign.dns.MeasuringClock;

/** Wall time that is set forwards and back, and a monotonic clock that is not affected. */
public final class SteppingClock implements MeasuringClock {
    private final ManualClock wall;
    private final ManualClock monotonic;

    /** Starts both at a fixed time in 2026. */
    public SteppingClock() {
        this(ManualClock.started().instant());
    }

    public SteppingClock(Instant start) {
        wall = ManualClock.at(start);
        monotonic = ManualClock.at(start);
    }

    /** Time passes. */
    public void advance(Duration by) {
        wall.advance(by);
        monotonic.advance(by);
    }

    /** Somebody sets the wall clock. */
    public void step(Duration by) {
        wall.advance(by);
    }

    @Override
    public Instant instant() {
        return wall.instant();
    }

    @Override
    public InstantSource monotonic() {
        return monotonic;
    }
}

package org.countersign.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that moves only when a test advances it. Thread-safe. */
public final class ManualClock implements InstantSource {
    private final AtomicReference<Instant> now;

    private ManualClock(Instant start) {
        this.now = new AtomicReference<>(start);
    }

    /** A clock that starts at a fixed time in 2026. */
    public static ManualClock started() {
        return at(Instant.parse("2026-05-14T08:30:00Z"));
    }

    public static ManualClock at(Instant start) {
        return new ManualClock(start);
    }

    /** Moves forward by this duration, or back if it is negative. */
    public void advance(Duration by) {
        now.updateAndGet(instant -> instant.plus(by));
    }

    public void set(Instant instant) {
        now.set(instant);
    }

    @Override
    public Instant instant() {
        return now.get();
    }
}

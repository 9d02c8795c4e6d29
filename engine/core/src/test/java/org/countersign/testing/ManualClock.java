package org.countersign.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until it is told to move. Safe for several threads. */
public final class ManualClock implements InstantSource {
    private final AtomicReference<Instant> now;

    private ManualClock(Instant start) {
        this.now = new AtomicReference<>(start);
    }

    /** A clock that shows a moment in 2026, the same one each time. */
    public static ManualClock started() {
        return at(Instant.parse("2026-05-14T08:30:00Z"));
    }

    public static ManualClock at(Instant start) {
        return new ManualClock(start);
    }

    /** Moves on by this much, or back where it is negative. */
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

package org.countersign.reports.receive;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.countersign.dns.MeasuringClock;

/** The end of the time for one message or file. */
final class Deadline {
    private final InstantSource clock;
    private final Duration time;
    private final Instant end;

    private Deadline(InstantSource clock, Duration time) {
        this.clock = clock;
        this.time = time;
        this.end = clock.instant().plus(time);
    }

    /** A deadline after this time, by the monotonic clock if the clock has one. */
    static Deadline in(Duration time, InstantSource clock) {
        return new Deadline(MeasuringClock.monotonicOf(clock), time);
    }

    /**
     * @throws LimitFailure if the time is over
     */
    void check() throws LimitFailure {
        if (clock.instant().isAfter(end)) {
            throw new LimitFailure("reading it takes more than " + time.toSeconds() + " s");
        }
    }
}

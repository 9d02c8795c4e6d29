package org.countersign.service;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.countersign.dns.MeasuringClock;

/**
 * The clock of the system: wall time, and a monotonic clock that starts with the wall time of its creation and counts
 * {@link System#nanoTime} from there. Immutable.
 */
public final class SystemClock implements MeasuringClock {
    private final InstantSource wall;
    private final Instant started;
    private final LongSupplier nanos;
    private final long startedNanos;

    public SystemClock() {
        this(InstantSource.system(), System::nanoTime);
    }

    /**
     * @param nanos a count of nanoseconds from any origin that never goes back
     */
    SystemClock(InstantSource wall, LongSupplier nanos) {
        this.wall = wall;
        this.nanos = nanos;
        this.startedNanos = nanos.getAsLong();
        this.started = wall.instant();
    }

    /** The current wall time of the system. */
    @Override
    public Instant instant() {
        return wall.instant();
    }

    @Override
    public InstantSource monotonic() {
        return () -> started.plusNanos(nanos.getAsLong() - startedNanos);
    }
}

package org.countersign.service.log;

import java.time.Duration;
import java.time.Instant;
import org.countersign.dns.MeasuringClock;

/**
 * Decides when a warning about a lasting failure is written: at once, and then once in ten minutes. So each failure is in the log, and one
 * that every message meets does not fill the disk. For one thread.
 */
public final class WarningInterval {
    private static final Duration LENGTH = Duration.ofMinutes(10);

    private Instant next = Instant.MIN;

    /** Whether a warning is due now. The next one is due ten minutes after one that was, or if the clock is set back. */
    public boolean isDue(Instant now) {
        if (!MeasuringClock.hasCome(next, LENGTH, now)) {
            return false;
        }
        next = now.plus(LENGTH);
        return true;
    }

    /** The failure has ended: the next one is reported at once. */
    public void end() {
        next = Instant.MIN;
    }
}

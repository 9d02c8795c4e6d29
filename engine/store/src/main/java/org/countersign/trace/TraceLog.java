package org.countersign.trace;

import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;
import org.countersign.service.log.EventLog;
import org.countersign.service.log.LogEvent;
import org.countersign.service.log.WarningInterval;
import org.countersign.store.StoreLocation;

/** Logs that messages are not traced: at once, and then once in an interval while it lasts. For the writer's thread. */
final class TraceLog {
    private static final String PART = "trace";

    private final EventLog log;
    private final LongAdder lost;
    private boolean failing;
    private final WarningInterval interval = new WarningInterval();
    private long lostReported;

    /** @param lost the number of messages that were not written, which other threads increase */
    TraceLog(EventLog log, LongAdder lost) {
        this.log = log;
        this.lost = lost;
    }

    void started(StoreLocation location, TraceSettings settings) {
        log.write(new LogEvent(PART, Level.INFO, "tracing")
                .with("store", location)
                .with("days", settings.days())
                .with("max-size", settings.maxSize())
                .with("addresses", settings.addresses()));
    }

    /** The store cannot be used. */
    void failed(String problem, Instant now) {
        failing |= warn(problem, now);
    }

    /** A message cannot be explained: an error of the program. */
    void unexplained(RuntimeException error, Instant now) {
        warn("a message cannot be explained, please report it: " + error, now);
    }

    /** Messages were written; reports those that found no room in the queue since the last report. */
    void written(Instant now) {
        if (failing) {
            failing = false;
            long sum = lost.sum();
            log.write(new LogEvent(PART, Level.INFO, "tracing-again").with("lost", sum - lostReported));
            lostReported = sum;
        } else if (lost.sum() > lostReported) {
            warn("more messages arrive than the store can take: use a faster disk, or set trace.days to 0", now);
        }
    }

    /** Logs a warning if one is due; else returns false. */
    private boolean warn(String problem, Instant now) {
        if (!interval.isDue(now)) {
            return false;
        }
        long sum = lost.sum();
        log.write(new LogEvent(PART, Level.WARNING, "not-traced")
                .with("lost", sum - lostReported)
                .with("problem", problem + "; mail is not affected"));
        lostReported = sum;
        return true;
    }
}

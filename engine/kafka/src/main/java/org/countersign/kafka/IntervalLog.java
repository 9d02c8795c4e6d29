package org.countersign.kafka;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.countersign.service.log.EventLog;
import org.countersign.service.log.LogEvent;

/** Logs a problem at once, and then once in an interval while it lasts. For any thread. */
final class IntervalLog {
    private static final Duration INTERVAL = Duration.ofMinutes(10);
    private static final String PART = "kafka";

    private final EventLog log;
    private final InstantSource clock;
    private final AtomicReference<Instant> next = new AtomicReference<>(Instant.MIN);

    IntervalLog(EventLog log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    void info(String name, String topic) {
        log.write(new LogEvent(PART, Level.INFO, name).with("topic", topic));
    }

    /**
     * @param lost how many events were lost since the start
     */
    void warn(String name, long lost, String problem) {
        Instant now = clock.instant();
        Instant before = next.get();
        if (!now.isBefore(before) && next.compareAndSet(before, now.plus(INTERVAL))) {
            log.write(new LogEvent(PART, Level.WARNING, name)
                    .with("lost", lost)
                    .with("problem", problem + "; mail is not affected"));
        }
    }
}

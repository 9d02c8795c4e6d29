package org.countersign.ops;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.countersign.milter.filter.AdmissionControl;
import org.countersign.milter.filter.OverloadBound;
import org.countersign.service.log.EventLog;
import org.countersign.service.log.LogEvent;
import org.countersign.syntax.Keyword;

/**
 * Warns that messages are not evaluated because a bound is reached: within a second, and then once a minute while it
 * lasts. {@link org.countersign.service.log.MemoryLog} warns about memory.
 */
final class OverloadLog implements AutoCloseable {
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final int LOOKS_BETWEEN_WARNINGS = 60;

    private final AdmissionControl admission;
    private final EventLog log;
    private final Thread watcher = Thread.ofVirtual().name("overload watch").unstarted(this::watch);
    private final Map<OverloadBound, Warning> last = new EnumMap<>(OverloadBound.class);
    private long looks;

    /**
     * @param messages the number of messages that the warnings up to now have reported
     * @param look the number of the look that reported them
     */
    private record Warning(long messages, long look) {
        private static final Warning NONE = new Warning(0, -LOOKS_BETWEEN_WARNINGS);
    }

    OverloadLog(AdmissionControl admission, EventLog log) {
        this.admission = admission;
        this.log = log;
    }

    /** Begins to watch. */
    static OverloadLog start(AdmissionControl admission, EventLog log) {
        OverloadLog watch = new OverloadLog(admission, log);
        watch.watcher.start();
        return watch;
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(LOOK);
                look();
            }
        } catch (InterruptedException end) {
            // Closed.
        }
    }

    /** Warns about each bound that was reached since the last warning about it, if that was a minute ago. */
    void look() {
        looks++;
        for (OverloadBound bound : OverloadBound.values()) {
            Warning before = last.getOrDefault(bound, Warning.NONE);
            long messages = admission.messages(bound);
            if (bound != OverloadBound.MEMORY
                    && messages > before.messages
                    && looks - before.look >= LOOKS_BETWEEN_WARNINGS) {
                last.put(bound, new Warning(messages, looks));
                log.write(new LogEvent("server", Level.WARNING, "overloaded")
                        .with("bound", Keyword.of(bound))
                        .with("setting", bound.setting())
                        .with("refused", messages - before.messages)
                        .with("advice", bound.advice()));
            }
        }
    }

    @Override
    public void close() {
        watcher.interrupt();
    }
}

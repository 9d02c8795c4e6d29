package org.countersign.service.log;

import java.lang.System.Logger.Level;
import org.countersign.service.MemoryWatch;
import org.countersign.smtp.MemoryBudget;

/** Warns while messages are deferred because memory is short. */
public final class MemoryLog implements AutoCloseable {
    private final MemoryWatch watch;

    private MemoryLog(MemoryWatch watch) {
        this.watch = watch;
    }

    /** Starts to watch a budget. */
    public static MemoryLog start(MemoryBudget memory, EventLog log) {
        return new MemoryLog(MemoryWatch.start(memory, shortage -> log.write(overloaded(shortage))));
    }

    private static LogEvent overloaded(MemoryWatch.Shortage shortage) {
        return new LogEvent("memory", Level.WARNING, "overloaded")
                .with("bound", "memory")
                .with("setting", "limits.message-memory")
                .with("refused", shortage.refused())
                .with("message-memory", shortage.limit())
                .with("used", shortage.used())
                .with(
                        "advice",
                        "give the process a larger heap (-Xmx), or raise limits.message-memory in the policy file");
    }

    @Override
    public void close() {
        watch.close();
    }
}

package org.countersign.cli;

import java.lang.System.Logger.Level;
import java.util.Map;
import org.countersign.service.MemoryWatch;
import org.countersign.smtp.MemoryBudget;

/** Warns while messages are refused for lack of memory. The keys are documented in {@code docs/log.md}. */
final class MemoryLog implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("countersign.memory");

    private final MemoryWatch watch;

    private MemoryLog(MemoryWatch watch) {
        this.watch = watch;
    }

    static MemoryLog start(MemoryBudget memory) {
        return new MemoryLog(MemoryWatch.start(memory, MemoryLog::warn));
    }

    private static void warn(MemoryWatch.Shortage shortage) {
        LOG.log(
                Level.WARNING,
                "overloaded",
                Map.entry("refused", shortage.refused()),
                Map.entry("message-memory", shortage.limit()),
                Map.entry("used", shortage.used()),
                Map.entry(
                        "advice",
                        "give the process a larger heap (-Xmx), or raise limits.message-memory in the policy file"));
    }

    @Override
    public void close() {
        watch.close();
    }
}

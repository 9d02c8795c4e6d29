package org.countersign.service;

import java.time.Duration;
import java.util.function.Consumer;
import org.countersign.smtp.MemoryBudget;

/** Reports that messages are not evaluated for lack of memory: at once, and then once a minute while it lasts. */
public final class MemoryWatch implements AutoCloseable {
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final MemoryBudget memory;
    private final Consumer<Shortage> listener;
    private final Thread watcher = Thread.ofVirtual().name("memory watch").unstarted(this::watch);
    private long reported;

    /**
     * A report.
     *
     * @param refused the number of messages, or packets of a message, that found no room since the last report
     * @param used octets that all messages use now
     * @param limit octets that they may use
     */
    public record Shortage(long refused, long used, long limit) {}

    private MemoryWatch(MemoryBudget memory, Consumer<Shortage> listener) {
        this.memory = memory;
        this.listener = listener;
    }

    /**
     * Begins to watch.
     *
     * @param listener must not throw
     */
    public static MemoryWatch start(MemoryBudget memory, Consumer<Shortage> listener) {
        MemoryWatch watch = new MemoryWatch(memory, listener);
        watch.watcher.start();
        return watch;
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(look() ? PAUSE : LOOK);
            }
        } catch (InterruptedException end) {
            // Closed.
        }
    }

    /** Reports new refusals, if there are any. */
    boolean look() {
        long refusals = memory.refusals();
        if (refusals == reported) {
            return false;
        }
        listener.accept(new Shortage(refusals - reported, memory.used(), memory.limit()));
        reported = refusals;
        return true;
    }

    @Override
    public void close() {
        watcher.interrupt();
    }
}

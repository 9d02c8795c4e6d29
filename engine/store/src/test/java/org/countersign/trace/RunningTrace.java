package org.countersign.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.countersign.service.BoundedQueue;
import org.countersign.service.log.LogEvent;
import org.countersign.store.StoreLocation;

/** A trace writer with a fixed clock, and its log. */
public final class RunningTrace implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final TraceWriter.Pace PACE =
            new TraceWriter.Pace(Duration.ofMillis(20), Duration.ofMillis(50), PATIENCE);

    final List<LogEvent> events = new CopyOnWriteArrayList<>();
    final TraceWriter writer;

    private RunningTrace(
            StoreLocation location,
            TraceSettings settings,
            BoundedQueue<TracedMessage> queue,
            List<TracedMessage> messages) {
        writer =
                new TraceWriter(location, settings, InstantSource.fixed(TracedMessages.TIME), events::add, queue, PACE);
        messages.forEach(writer::accept);
        writer.start();
    }

    static RunningTrace start(StoreLocation location, TraceSettings settings) {
        return start(location, settings, TraceWriter.queue(100_000, Long.MAX_VALUE));
    }

    static RunningTrace start(StoreLocation location, TraceSettings settings, BoundedQueue<TracedMessage> queue) {
        return new RunningTrace(location, settings, queue, List.of());
    }

    /** Starts a writer that was given messages before it began to take them from the queue. */
    static RunningTrace startAfter(
            List<TracedMessage> messages,
            StoreLocation location,
            TraceSettings settings,
            BoundedQueue<TracedMessage> queue) {
        return new RunningTrace(location, settings, queue, messages);
    }

    /** Traces messages into a store, and ends when they are written. */
    public static void trace(StoreLocation location, TracedMessage... messages) throws InterruptedException {
        try (RunningTrace trace = start(location, new TraceSettings(14, 512L << 20, true))) {
            trace.write(List.of(messages));
        }
    }

    /** Writes messages in batches until the writer has all of them. */
    RunningTrace write(List<TracedMessage> messages) throws InterruptedException {
        long expected = writer.written() + messages.size();
        messages.forEach(writer::accept);
        awaitWritten(expected);
        return this;
    }

    void awaitWritten(long count) throws InterruptedException {
        await(() -> writer.written() >= count);
        assertThat(writer.written()).isEqualTo(count);
    }

    void awaitEvent(String name) throws InterruptedException {
        await(() -> events.stream().anyMatch(event -> event.name().equals(name)));
    }

    private void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("waited for the writer, log: " + events)
                    .isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Override
    public void close() {
        writer.close();
    }
}

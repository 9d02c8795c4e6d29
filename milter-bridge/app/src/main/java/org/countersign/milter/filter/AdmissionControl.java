package org.countersign.milter.filter;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.countersign.metrics.Label;
import org.countersign.metrics.Meter;
import org.countersign.metrics.Metric;
import org.countersign.syntax.Keyword;

/**
 * Decides at the beginning of each message whether there is room to evaluate it. The work of a message whose evaluation is
 * not begun cannot delay other messages. Never waits. Thread-safe.
 */
public final class AdmissionControl {
    public static final Metric MESSAGES = Metric.counter(
            "countersign_overload_messages_total",
            "Messages not evaluated because a bound on the work in flight was reached.");

    private final Supplier<OverloadSettings> settings;
    private final LongSupplier processorDelay;
    private final AtomicInteger open = new AtomicInteger();
    private final Map<OverloadBound, LongAdder> exceeded = new EnumMap<>(OverloadBound.class);

    /**
     * @param settings called for each message
     * @param processorDelay how long work waits for a processor now, in nanoseconds; called for each message
     */
    public AdmissionControl(Supplier<OverloadSettings> settings, LongSupplier processorDelay) {
        this.settings = settings;
        this.processorDelay = processorDelay;
        for (OverloadBound bound : OverloadBound.values()) {
            exceeded.put(bound, new LongAdder());
        }
    }

    /** Registers the counters. */
    public void register(Meter meter) {
        exceeded.forEach(
                (bound, messages) -> meter.counter(MESSAGES, messages::sum, new Label("bound", Keyword.of(bound))));
    }

    /** The number of messages not evaluated because of this bound, since the start. */
    public long messages(OverloadBound bound) {
        return counter(bound).sum();
    }

    OverloadSettings settings() {
        return settings.get();
    }

    /**
     * Begins a message. {@link #leave} must be called at its end, whether it is evaluated or not.
     *
     * @param current from {@link #settings}
     * @return the bound that the message exceeds, so that it must not be evaluated; empty if there is room
     */
    Optional<OverloadBound> enter(OverloadSettings current) {
        if (open.incrementAndGet() > current.maxMessages()) {
            return Optional.of(OverloadBound.MESSAGES);
        }
        return processorDelay.getAsLong() > current.maxProcessorDelay().toNanos()
                ? Optional.of(OverloadBound.PROCESSOR)
                : Optional.empty();
    }

    /** Ends a message. */
    void leave() {
        open.decrementAndGet();
    }

    /** Counts a message that is not evaluated. */
    void count(OverloadBound bound) {
        counter(bound).increment();
    }

    private LongAdder counter(OverloadBound bound) {
        return exceeded.getOrDefault(bound, new LongAdder());
    }
}

package org.countersign.milter.filter;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.countersign.metrics.Meter;
import org.countersign.metrics.Metric;
import org.countersign.syntax.BoundedText;

/**
 * Logs errors of this program that ended the evaluation of one message, with the stack. A sender who finds such an error
 * can repeat it, so there are at most ten entries a minute. The next entry has the number of those that are missing.
 * Thread-safe.
 */
public final class InternalErrors {
    public static final Metric ERRORS = Metric.counter(
            "countersign_internal_errors_total",
            "Messages whose evaluation failed because of an error in the program.");

    static final int MAX_ENTRIES = 10;
    // About 60 calls of a stack.
    static final int MAX_STACK = 6_000;

    private static final Logger LOG = System.getLogger("countersign.message");
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final InstantSource clock;
    private final LongAdder all = new LongAdder();

    // Guarded by this.
    private Instant intervalStart = Instant.MIN;
    private int entries;
    private long missing;

    /**
     * @param clock should not be set back, or errors may be logged late
     */
    public InternalErrors(InstantSource clock) {
        this.clock = clock;
    }

    /** Registers the counter. */
    public void register(Meter meter) {
        meter.counter(ERRORS, all::sum);
    }

    /**
     * Counts an error, and logs it unless there are too many. Never throws an exception because the log does not work.
     *
     * @param answer the verdict about the message
     */
    void write(String queueId, String answer, Throwable error) {
        all.increment();
        try {
            long before = before();
            if (before >= 0) {
                LOG.log(
                        Level.ERROR,
                        "internal-error",
                        Map.entry("queue-id", queueId),
                        Map.entry("answer", answer),
                        Map.entry("missing", before),
                        Map.entry("problem", "an error in this program, please report it with the stack"),
                        Map.entry("stack", stack(error)));
            }
        } catch (RuntimeException | StackOverflowError noLog) {
            // The error is counted, and the message has its answer.
        }
    }

    /** The number of errors that were not logged before this one; negative if this one is not logged either. */
    private synchronized long before() {
        Instant now = clock.instant();
        if (now.isAfter(intervalStart.plus(INTERVAL)) || intervalStart.equals(Instant.MIN)) {
            intervalStart = now;
            entries = 0;
        }
        if (entries >= MAX_ENTRIES) {
            missing++;
            return -1;
        }
        entries++;
        long before = missing;
        missing = 0;
        return before;
    }

    private static String stack(Throwable error) {
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text));
        return BoundedText.truncate(text.toString(), MAX_STACK);
    }
}

package org.countersign.trace;

import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.countersign.metrics.Meter;
import org.countersign.metrics.Metric;
import org.countersign.service.BoundedQueue;
import org.countersign.service.log.EventLog;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreFailure.Reason;
import org.countersign.store.StoreLocation;
import org.jspecify.annotations.Nullable;

/**
 * Writes the trace behind the mail: {@link #accept} puts a message into a bounded queue, and one thread computes the
 * explanations and writes them in batches. What finds no room is not traced, but counted. While the store cannot be
 * used, the batch waits, and the store is opened again every few seconds.
 *
 * <p>The thread is a platform thread: a call of SQLite would occupy the carrier of a virtual thread.
 */
public final class TraceWriter implements AutoCloseable {
    /** How many messages were written to the trace. */
    public static final Metric WRITTEN =
            Metric.counter("countersign_trace_messages_total", "Messages that were written to the trace.");
    /** How many messages were not traced, because the store could not take them. */
    public static final Metric LOST =
            Metric.counter("countersign_trace_lost_total", "Messages that could not be written to the trace.");
    /** How many messages wait to be written. */
    public static final Metric WAITING =
            Metric.gauge("countersign_trace_waiting_messages", "Messages that wait to be written to the trace.");

    /** After how long a message can be found at the latest, unless the store is slow. */
    public static final Duration DELAY = Duration.ofSeconds(1);

    private static final int MAX_BATCH = 500;
    private static final int MAX_MESSAGES = 10_000;
    private static final long MAX_OCTETS = 32L << 20;
    // A sixteenth of the heap, so that a small heap is not used for the trace.
    private static final int HEAP_SHARE = 16;
    // A batch is in memory in addition to the queue, and once more while the database takes it.
    private static final int BATCH_SHARE = 4;
    private static final Duration IDLE = Duration.ofMinutes(1);

    private final StoreLocation location;
    private final TraceSettings settings;
    private final InstantSource clock;
    private final Pace pace;
    private final BoundedQueue<TracedMessage> queue;
    private final LongAdder written = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final TraceLog log;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("trace writer").unstarted(this::run);

    // Used by the thread alone.
    private final TraceIds ids = new TraceIds(RandomGenerator.getDefault());
    private final ExplanationCodec codec = new ExplanationCodec();
    private List<TraceRow> batch = List.of();
    private @Nullable OpenTrace open;
    private boolean started;

    /**
     * How long the writer waits.
     *
     * @param delay for more messages after the first one of a batch
     * @param retry until a store that failed is opened again
     * @param close for the messages that wait when it is closed
     */
    record Pace(Duration delay, Duration retry, Duration close) {
        static final Pace DEFAULT = new Pace(DELAY, Duration.ofSeconds(5), Duration.ofSeconds(5));
    }

    /** The store while it is open. */
    private record OpenTrace(Store store, TraceTable table, TraceRetention retention) {}

    TraceWriter(
            StoreLocation location,
            TraceSettings settings,
            InstantSource clock,
            EventLog events,
            BoundedQueue<TracedMessage> queue,
            Pace pace) {
        this.location = location;
        this.settings = settings;
        this.clock = clock;
        this.pace = pace;
        this.queue = queue;
        this.log = new TraceLog(events, lost);
    }

    /**
     * Starts to write. The store is opened on the writer's thread: a store that cannot be used is logged, and does not
     * keep mail waiting.
     *
     * @param meter receives {@link #WRITTEN}, {@link #LOST} and {@link #WAITING}
     */
    public static TraceWriter start(
            StoreLocation location, TraceSettings settings, InstantSource clock, EventLog log, Meter meter) {
        long octets = Math.min(MAX_OCTETS, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
        TraceWriter writer = new TraceWriter(location, settings, clock, log, queue(MAX_MESSAGES, octets), Pace.DEFAULT);
        meter.counter(WRITTEN, writer.written::sum);
        meter.counter(LOST, writer.lost::sum);
        meter.gauge(WAITING, writer.queue::size);
        return writer.start();
    }

    static BoundedQueue<TracedMessage> queue(int maxMessages, long maxOctets) {
        return new BoundedQueue<>(maxMessages, maxOctets, TracedMessage::octets);
    }

    TraceWriter start() {
        thread.start();
        return this;
    }

    /** Takes a message. Never waits and never fails; a message without room is counted. */
    public void accept(TracedMessage message) {
        if (!queue.offer(message)) {
            lost.increment();
        }
    }

    long written() {
        return written.sum();
    }

    long lost() {
        return lost.sum();
    }

    private void run() {
        boolean more = true;
        while (!queue.isClosed() || !batch.isEmpty() || queue.size() > 0) {
            try {
                if (batch.isEmpty()) {
                    queue.await(MAX_BATCH, more ? Duration.ZERO : IDLE, pace.delay());
                    batch = nextRows();
                }
                more = write();
            } catch (StoreFailure failure) {
                more = false;
                failed(failure.problem(), failure.reason() != Reason.REFUSED);
            } catch (RuntimeException | LinkageError unexpected) {
                // An error of this program must not end the trace for ever, and not without a line in the log.
                more = false;
                failed("the trace failed, please report it: " + unexpected, false);
            }
        }
        closeStore();
        codec.close();
    }

    private List<TraceRow> nextRows() {
        List<TraceRow> rows = new ArrayList<>();
        long maxOctets = queue.maxOctets() / BATCH_SHARE;
        long octets = 0;
        // One after the other, so that each message is freed before the next one is explained.
        Optional<TracedMessage> next = queue.poll();
        while (next.isPresent()) {
            TracedMessage message = next.get();
            try {
                TraceRow row = TraceRow.of(message, ids.next(message.time()), settings.addresses(), codec);
                octets += row.explanation().length();
                rows.add(row);
            } catch (RuntimeException unexpected) {
                // An error in one explanation must not end the trace of all other messages.
                lost.increment();
                log.unexplained(unexpected, clock.instant());
            }
            next = rows.size() < MAX_BATCH && octets < maxOctets ? queue.poll() : Optional.empty();
        }
        return rows;
    }

    /**
     * Writes the batch, and removes a few old messages.
     *
     * @return whether more old messages are to be removed at once
     */
    private boolean write() throws StoreFailure {
        OpenTrace trace = openTrace();
        try {
            if (!batch.isEmpty()) {
                trace.table().insert(batch);
                trace.retention()
                        .inserted(
                                batch.size(),
                                batch.stream()
                                        .mapToLong(row -> row.explanation().length())
                                        .sum());
                written.add(batch.size());
                batch = List.of();
                log.written(clock.instant());
            }
            boolean more = trace.retention().run(clock.instant());
            // Ends the transaction of what was only read. SQLite refuses to write in it once another process has
            // written.
            trace.store().commit();
            return more;
        } catch (SQLException error) {
            trace.store().rollback();
            throw trace.store().failure(error);
        }
    }

    private OpenTrace openTrace() throws StoreFailure {
        OpenTrace earlier = open;
        if (earlier != null) {
            return earlier;
        }
        Store store = Store.openForWriting(location);
        TraceTable table = new TraceTable(store);
        OpenTrace opened = new OpenTrace(store, table, new TraceRetention(store, table, settings));
        open = opened;
        if (!started) {
            started = true;
            log.started(location, settings);
        }
        return opened;
    }

    /**
     * Waits before the next attempt.
     *
     * @param again whether another attempt with the same batch can help
     */
    private void failed(String problem, boolean again) {
        closeStore();
        if (!again || queue.isClosed()) {
            loseBatch();
        }
        log.failed(problem, clock.instant());
        if (queue.isClosed()) {
            while (queue.poll().isPresent()) {
                lost.increment();
            }
        } else {
            queue.pause(pace.retry());
        }
    }

    private void loseBatch() {
        lost.add(batch.size());
        batch = List.of();
    }

    private void closeStore() {
        Optional.ofNullable(open).map(OpenTrace::store).ifPresent(Store::close);
        open = null;
    }

    /** Takes no more messages, and waits a bounded time until those that wait are written. */
    @Override
    public void close() {
        queue.close();
        try {
            if (!thread.join(pace.close())) {
                // The program ends; a transaction that is not committed is undone.
                thread.interrupt();
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }
}

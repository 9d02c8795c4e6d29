package org.countersign.reports.collect;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.countersign.MessageOutcome;
import org.countersign.metrics.Meter;
import org.countersign.metrics.Metric;
import org.countersign.service.log.EventLog;
import org.countersign.store.StoreLocation;

/**
 * Counts inbound messages for reports. {@link #accept} adds one to a number in memory. One thread writes the numbers to the
 * spool, and another one moves them to the store. A message never waits for either.
 *
 * <p>The threads are platform threads: a call of SQLite would occupy the carrier of a virtual thread.
 */
public final class Collector implements AutoCloseable {
    /** How many messages are in a row of a report. */
    public static final Metric COUNTED = Metric.counter(
            "countersign_reports_messages_total", "Inbound messages that were counted for a DMARC report.");
    /** How many messages could not be counted. */
    public static final Metric LOST = Metric.counter(
            "countersign_reports_lost_total",
            "Inbound messages that could not be counted, because memory or the spool was full.");
    /** How many messages are counted in memory. */
    public static final Metric WAITING = Metric.gauge(
            "countersign_reports_waiting_messages",
            "Messages whose counts are in memory and in the journal, and in no file of the spool yet.");
    /** How many segments wait for the store. */
    public static final Metric SEGMENTS =
            Metric.gauge("countersign_reports_spool_segments", "Files of counts that wait for the store.");
    /** How large they are. */
    public static final Metric OCTETS =
            Metric.gauge("countersign_reports_spool_bytes", "Size of the files of counts that wait for the store.");

    private static final Duration DELAY = Duration.ofSeconds(1);
    private static final Duration MAX_CLOSE = Duration.ofSeconds(5);

    private final InstantSource clock;
    private final VerdictSink sink;
    private final Aggregation aggregation;
    private final LongAdder rejected = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    // Of a message that cannot be counted. The thread that counts reports it.
    private final AtomicReference<Optional<RuntimeException>> failure = new AtomicReference<>(Optional.empty());
    private final SpoolAccess spool;
    private final MessageCounter counter;
    private final SpoolFlusher flusher;
    private final Semaphore wake = new Semaphore(0);
    private final Thread counting =
            Thread.ofPlatform().daemon().name("report counter").unstarted(this::count);
    private final Thread flushing =
            Thread.ofPlatform().daemon().name("report flusher").unstarted(this::flush);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final CollectLog countLog;
    private final Duration maxClose;

    private Collector(
            CollectSettings settings,
            Path directory,
            StoreLocation location,
            InstantSource clock,
            EventLog events,
            VerdictSink sink,
            Duration maxClose) {
        this.clock = clock;
        this.maxClose = maxClose;
        this.sink = sink;
        this.aggregation = new Aggregation(settings.envelopeTo(), Set.copyOf(settings.addresses()), sink);
        this.countLog = new CollectLog(events, this::lost);
        CollectLog storeLog = new CollectLog(events, this::lost);
        this.spool = new SpoolAccess(
                directory,
                settings.spoolSize(),
                CollectStep.UNOBSERVED,
                open -> countLog.started(location, directory, open));
        this.counter = new MessageCounter(aggregation, spool, clock, rejected, dropped, countLog);
        this.flusher = new SpoolFlusher(
                spool, location, settings.keep(), clock, Collector::hostName, storeLog, CollectStep.UNOBSERVED);
    }

    /**
     * Starts to count. A spool or a store that cannot be used is logged, and does not keep mail waiting.
     *
     * @param directory the spool of this host
     * @param sink gets an event of each message, and is closed with the collector
     * @param meter receives {@link #COUNTED}, {@link #LOST}, {@link #WAITING}, {@link #SEGMENTS} and {@link #OCTETS}
     */
    public static Collector start(
            CollectSettings settings,
            Path directory,
            StoreLocation location,
            InstantSource clock,
            EventLog log,
            VerdictSink sink,
            Meter meter) {
        return start(settings, directory, location, clock, log, sink, meter, MAX_CLOSE);
    }

    /** @param maxClose how long closing waits for the spool, and again for the store */
    static Collector start(
            CollectSettings settings,
            Path directory,
            StoreLocation location,
            InstantSource clock,
            EventLog log,
            VerdictSink sink,
            Meter meter,
            Duration maxClose) {
        Collector collector = new Collector(settings, directory, location, clock, log, sink, maxClose);
        meter.counter(COUNTED, collector.aggregation::messagesInRows);
        meter.counter(LOST, collector::lost);
        meter.gauge(WAITING, collector.aggregation::messages);
        meter.gauge(
                SEGMENTS,
                () -> collector
                        .spool
                        .ifOpen()
                        .map(open -> open.spool().segments())
                        .orElse(0L));
        meter.gauge(
                OCTETS,
                () -> collector
                        .spool
                        .ifOpen()
                        .map(open -> open.spool().octets())
                        .orElse(0L));
        collector.counting.start();
        collector.flushing.start();
        return collector;
    }

    /** Registers the metrics of a service that does not count. */
    public static void registerOff(Meter meter) {
        meter.counter(COUNTED);
        meter.counter(LOST);
        meter.gauge(WAITING, () -> 0);
        meter.gauge(SEGMENTS, () -> 0);
        meter.gauge(OCTETS, () -> 0);
    }

    /**
     * Counts a message that was decided on. Never waits for a disk or a store, and never fails.
     *
     * @param queueId of the mail server; no text if unknown
     */
    public void accept(MessageOutcome outcome, String queueId) {
        if (!(outcome instanceof MessageOutcome.Judged judged)) {
            return;
        }
        try {
            if (!aggregation.add(ReportedMessage.of(judged, clock.millis() / 1000, queueId))) {
                rejected.increment();
            }
        } catch (RuntimeException error) {
            rejected.increment();
            failure.set(Optional.of(error));
        }
    }

    private long lost() {
        return rejected.sum() + dropped.sum();
    }

    private void count() {
        while (!aggregation.isClosed()) {
            aggregation.await(DELAY);
            step(counter::run);
            failure.getAndSet(Optional.empty()).ifPresent(this::warn);
            wake.release();
        }
        step(counter::end);
        ended.countDown();
        wake.release();
    }

    private void warn(RuntimeException error) {
        countLog.spoolFailed("a message cannot be counted, please report it: " + error, clock.instant());
    }

    /** An error of this program must not end the thread. */
    private void step(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException error) {
            countLog.spoolFailed("counting failed, please report it: " + error, clock.instant());
        }
    }

    private void flush() {
        try (spool;
                flusher) {
            while (ended.getCount() > 0
                    || spool.ifOpen()
                            .filter(open -> open.spool().segments() > 0)
                            .isPresent()) {
                Duration pause = flusher.run();
                if (ended.getCount() == 0 && !pause.isZero()) {
                    return;
                }
                if (flusher.isFailing()) {
                    ended.await(pause.toMillis(), TimeUnit.MILLISECONDS);
                } else if (!pause.isZero() && wake.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    wake.drainPermits();
                }
            }
        } catch (InterruptedException ending) {
            // The rest waits in the spool.
        }
    }

    /** The name of this host, for people. */
    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (IOException unknown) {
            return "";
        }
    }

    /** Takes no more messages, brings the counts to the spool, and waits a bounded time until the store has them. */
    @Override
    public void close() {
        aggregation.close();
        try {
            counting.join(maxClose);
            sink.close();
            if (!flushing.join(maxClose)) {
                // The program ends; a transaction that is not committed is undone.
                flushing.interrupt();
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }
}

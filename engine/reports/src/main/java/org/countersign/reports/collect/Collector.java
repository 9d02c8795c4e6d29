package org.countersign.reports.collect;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.countersign.MessageOutcome;
import org.countersign.metrics.Meter;
import org.countersign.metrics.Metric;
import org.countersign.service.BoundedQueue;
import org.countersign.service.log.EventLog;
import org.countersign.store.StoreLocation;

/**
 * Counts inbound messages for reports, behind the mail: {@link #accept} puts one small value into a bounded queue. One thread
 * counts and writes segments to the spool, and another one moves them to the store. A message never waits for either.
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
            "Inbound messages that could not be counted, because the queue or the spool was full.");
    /** How many messages wait to be counted. */
    public static final Metric WAITING =
            Metric.gauge("countersign_reports_waiting_messages", "Messages that wait to be counted for DMARC reports.");
    /** How many segments wait for the store. */
    public static final Metric SEGMENTS =
            Metric.gauge("countersign_reports_spool_segments", "Files of counts that wait for the store.");
    /** How large they are. */
    public static final Metric OCTETS =
            Metric.gauge("countersign_reports_spool_bytes", "Size of the files of counts that wait for the store.");

    private static final int MAX_MESSAGES = 8_192;
    private static final int MAX_OCTETS = 32 << 20;
    // A small heap is not used for the queue.
    private static final int HEAP_SHARE = 16;
    private static final Duration DELAY = Duration.ofSeconds(1);
    // What waits for longer is copied by each collection of garbage meanwhile, which costs more than all the counting.
    private static final Duration MIN_PAUSE = Duration.ofMillis(10);
    private static final Duration MAX_PAUSE = Duration.ofMillis(160);
    private static final Duration MAX_CLOSE = Duration.ofSeconds(5);

    private final InstantSource clock;
    private final VerdictSink sink;
    private final BoundedQueue<ReportedMessage> queue;
    private final LongAdder rejected = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder counted = new LongAdder();
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

    private Collector(
            CollectSettings settings,
            Path directory,
            StoreLocation location,
            InstantSource clock,
            EventLog events,
            VerdictSink sink,
            BoundedQueue<ReportedMessage> queue) {
        this.clock = clock;
        this.sink = sink;
        this.queue = queue;
        this.countLog = new CollectLog(events, this::lost);
        CollectLog storeLog = new CollectLog(events, this::lost);
        this.spool = new SpoolAccess(
                directory,
                settings.spoolSize(),
                CollectStep.UNOBSERVED,
                open -> countLog.started(location, directory, open));
        this.counter = new MessageCounter(
                queue,
                new Aggregation(settings.envelopeTo(), Set.copyOf(settings.addresses()), sink),
                spool,
                clock,
                rejected,
                dropped,
                counted,
                countLog);
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
        int octets = (int) Math.min(MAX_OCTETS, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
        Collector collector =
                new Collector(settings, directory, location, clock, log, sink, queue(MAX_MESSAGES, octets));
        meter.counter(COUNTED, collector.counted::sum);
        meter.counter(LOST, collector::lost);
        meter.gauge(WAITING, collector.queue::size);
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

    static BoundedQueue<ReportedMessage> queue(int maxMessages, long maxOctets) {
        return new BoundedQueue<>(maxMessages, maxOctets, ReportedMessage::octets);
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
     * Takes a message that was decided on. Never waits and never fails.
     *
     * @param queueId of the mail server; no text if unknown
     */
    public void accept(MessageOutcome outcome, String queueId) {
        if (outcome instanceof MessageOutcome.Judged judged
                && !queue.offer(ReportedMessage.of(judged, clock.millis() / 1000, queueId))) {
            rejected.increment();
        }
    }

    private long lost() {
        return rejected.sum() + dropped.sum();
    }

    private void count() {
        Duration pause = MAX_PAUSE;
        long due = System.nanoTime() + DELAY.toNanos();
        while (!queue.isClosed()) {
            // No message wakes this thread, because that would cost the message more than the rest.
            queue.awaitHalf(pause);
            pause = queue.size() > 0 ? MIN_PAUSE : shorter(pause.multipliedBy(2), MAX_PAUSE);
            if (System.nanoTime() - due >= 0) {
                step(counter::run);
                wake.release();
                due = System.nanoTime() + DELAY.toNanos();
            } else {
                step(counter::take);
            }
        }
        step(counter::end);
        ended.countDown();
        wake.release();
    }

    private static Duration shorter(Duration first, Duration second) {
        return first.compareTo(second) < 0 ? first : second;
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
        queue.close();
        try {
            counting.join(MAX_CLOSE);
            sink.close();
            if (!flushing.join(MAX_CLOSE)) {
                // The program ends; a transaction that is not committed is undone.
                flushing.interrupt();
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }
}

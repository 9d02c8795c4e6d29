package org.countersign.reports.collect;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.countersign.service.BoundedQueue;

/**
 * Counts the messages of the queue, and makes a segment of the counts every minute, at midnight, and when there are many.
 * Until then they are in the journal of the spool. For one thread.
 */
final class MessageCounter {
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    // Without messages, so that the other hosts know that this one has nothing to add.
    private static final Duration IDLE_INTERVAL = Duration.ofMinutes(10);
    // A message that was decided on this long ago is in the queue.
    private static final int OFFER_SECONDS = 5;

    private final BoundedQueue<ReportedMessage> queue;
    private final Aggregation aggregation;
    private final SpoolAccess spool;
    private final InstantSource clock;
    private final LongAdder rejected;
    private final LongAdder dropped;
    private final LongAdder counted;
    private final CollectLog log;
    private final List<ReportedMessage> batch = new ArrayList<>();
    private long rejectedSeen;
    private Instant opened;

    /**
     * @param rejected the messages that found no room in the queue, which other threads count
     * @param dropped receives the messages whose rows found no room in the spool
     * @param counted receives the messages that are in a row
     */
    MessageCounter(
            BoundedQueue<ReportedMessage> queue,
            Aggregation aggregation,
            SpoolAccess spool,
            InstantSource clock,
            LongAdder rejected,
            LongAdder dropped,
            LongAdder counted,
            CollectLog log) {
        this.queue = queue;
        this.aggregation = aggregation;
        this.spool = spool;
        this.clock = clock;
        this.rejected = rejected;
        this.dropped = dropped;
        this.counted = counted;
        this.log = log;
        this.opened = clock.instant();
    }

    /** Counts what is in the queue, and makes a segment if it is time. */
    void run() {
        // Before the queue is read: what is decided on later need not be in it.
        Instant now = clock.instant();
        // Also without messages: what an earlier process has left is moved to the store.
        Optional<SpoolAccess.Open> open = open();
        count(now);
        if (isDue(now)) {
            close(now);
        } else if (open.isPresent()) {
            journal(open.get(), now);
        }
        log.check(now);
    }

    /** Counts what is in the queue, so that the messages need not be kept. */
    void take() {
        count(clock.instant());
    }

    /** Counts what is in the queue and makes the last segment. */
    void end() {
        Instant now = clock.instant();
        count(now);
        // A spool that is full takes no segment. The journal of it is for the next process.
        open().ifPresent(open -> journal(open, now));
        close(now);
    }

    /** The spool, if its journal may be written. */
    private Optional<SpoolAccess.Open> open() {
        return spool.open().filter(SpoolAccess.Open::recover);
    }

    private void count(Instant now) {
        batch.clear();
        queue.drainTo(batch);
        for (ReportedMessage message : batch) {
            if (aggregation.isFull()) {
                close(now);
            }
            try {
                if (aggregation.add(message)) {
                    counted.increment();
                }
            } catch (RuntimeException error) {
                // An error in one message must not end the counts of all others.
                dropped.increment();
                aggregation.addLost(Days.of(message.second()), 1);
                log.spoolFailed("a message cannot be counted, please report it: " + error, now);
            }
        }
        batch.clear();
        long sum = rejected.sum();
        aggregation.addLost(Days.of(now.getEpochSecond()), sum - rejectedSeen);
        rejectedSeen = sum;
    }

    private boolean isDue(Instant now) {
        Duration age = Duration.between(opened, now);
        // The clock may have been set back.
        return age.isNegative()
                || age.compareTo(aggregation.isEmpty() ? IDLE_INTERVAL : INTERVAL) >= 0
                || Days.of(now.getEpochSecond()) != Days.of(opened.getEpochSecond())
                || spool.ifOpen().filter(open -> open.journal().isFull()).isPresent();
    }

    /** Brings what was counted to the journal. If that fails, it is in memory only, and the segment reports the reason. */
    private void journal(SpoolAccess.Open open, Instant now) {
        if (!aggregation.hasGrown()) {
            return;
        }
        SpoolAccess.SegmentName name = open.growing();
        try {
            open.journal().append(aggregation.growth(name.hostId(), name.sequence(), through(now)));
            aggregation.journaled();
        } catch (IOException full) {
            // The next second tries again.
        }
    }

    private static long through(Instant now) {
        return now.getEpochSecond() - OFFER_SECONDS;
    }

    /** Makes a segment. If that fails, the counts stay in memory, until there are too many. */
    private void close(Instant now) {
        String problem = write(now);
        if (problem.isEmpty()) {
            aggregation.clear();
            endSegment();
        } else {
            if (aggregation.isFull()) {
                dropped.add(aggregation.lose());
                endSegment();
            }
            log.spoolFailed(problem, now);
        }
        opened = now;
    }

    private void endSegment() {
        Optional<SpoolAccess.Open> open = spool.ifOpen();
        if (open.isPresent()) {
            try {
                open.get().endSegment();
            } catch (IOException kept) {
                // It has the number of a segment that the store takes once, and the next entry overwrites it.
            }
        }
    }

    /** Returns why the segment could not be written, or nothing. */
    private String write(Instant now) {
        try {
            Optional<SpoolAccess.Open> open = spool.open();
            if (open.isEmpty()) {
                return spool.problem();
            }
            SpoolAccess.SegmentName name = open.get().growing();
            Segment segment = aggregation.segment(name.hostId(), name.sequence(), through(now));
            return open.get().spool().add(segment)
                    ? ""
                    : "the spool is full: the store has not taken segments for a long time, or reports.spool-size is too"
                            + " small";
        } catch (IOException error) {
            return spool.directory() + " cannot be written: " + SpoolAccess.reason(error, spool.directory());
        }
    }
}

package org.countersign.reports.collect;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Makes a segment of the counts every minute, at midnight, and when there are many. Until then they are in the journal of the
 * spool. For one thread.
 */
final class MessageCounter {
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    // Without messages, so that the other hosts know that this one has nothing to add.
    private static final Duration IDLE_INTERVAL = Duration.ofMinutes(10);
    // A message that was decided on this long ago is counted, and in this segment or an earlier one.
    private static final int COUNT_SECONDS = 5;

    private final Aggregation aggregation;
    private final SpoolAccess spool;
    private final InstantSource clock;
    private final LongAdder rejected;
    private final LongAdder dropped;
    private final CollectLog log;
    private long rejectedSeen;
    private Instant opened;

    /**
     * @param rejected the messages that found no room in memory, which other threads count
     * @param dropped receives the messages whose rows found no room in the spool
     */
    MessageCounter(
            Aggregation aggregation,
            SpoolAccess spool,
            InstantSource clock,
            LongAdder rejected,
            LongAdder dropped,
            CollectLog log) {
        this.aggregation = aggregation;
        this.spool = spool;
        this.clock = clock;
        this.rejected = rejected;
        this.dropped = dropped;
        this.log = log;
        this.opened = clock.instant();
    }

    /** Brings the counts to the journal, or makes a segment if it is time. */
    void run() {
        Instant now = clock.instant();
        // Also without messages: what an earlier process has left is moved to the store.
        Optional<SpoolAccess.Open> open = open();
        noteLost(now);
        if (isDue(now)) {
            close(now);
        } else if (open.isPresent()) {
            journal(open.get(), now);
        }
        log.check(now);
    }

    /** Makes the last segment. */
    void end() {
        Instant now = clock.instant();
        noteLost(now);
        // A spool that is full takes no segment. The journal of it is for the next process.
        open().ifPresent(open -> journal(open, now));
        close(now);
    }

    private void noteLost(Instant now) {
        long sum = rejected.sum();
        aggregation.addLost(Days.of(now.getEpochSecond()), sum - rejectedSeen);
        rejectedSeen = sum;
    }

    /** The spool, if its journal may be written. */
    private Optional<SpoolAccess.Open> open() {
        return spool.open().filter(SpoolAccess.Open::recover);
    }

    private boolean isDue(Instant now) {
        Duration age = Duration.between(opened, now);
        // The clock may have been set back.
        return aggregation.isFull()
                || age.isNegative()
                || age.compareTo(aggregation.isEmpty() ? IDLE_INTERVAL : INTERVAL) >= 0
                || Days.of(now.getEpochSecond()) != Days.of(opened.getEpochSecond())
                || spool.ifOpen().filter(open -> open.journal().isFull()).isPresent();
    }

    /** Brings what was counted to the journal. If that fails, it is in memory only, and the segment reports the reason. */
    private void journal(SpoolAccess.Open open, Instant now) {
        CountTable.Growth growth = aggregation.grow();
        if (growth.isEmpty()) {
            return;
        }
        try {
            int rows = open.journal().rows();
            open.journal().append(growth.entry(open.growing(), through(now)));
            growth.journaled(rows);
        } catch (IOException full) {
            // The next second tries again.
            aggregation.undo(growth);
        }
    }

    private static long through(Instant now) {
        return now.getEpochSecond() - COUNT_SECONDS;
    }

    /** Makes a segment. If that fails, the counts stay in memory, until there are too many. */
    private void close(Instant now) {
        CountTable counts = aggregation.take();
        String problem = write(counts, now);
        if (problem.isEmpty()) {
            endSegment();
        } else {
            if (counts.isFull()) {
                dropped.add(counts.messagesInRows());
                counts.asLost().forEach(aggregation::addLost);
                endSegment();
            } else {
                aggregation.putBack(counts);
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
    private String write(CountTable counts, Instant now) {
        try {
            Optional<SpoolAccess.Open> open = spool.open();
            if (open.isEmpty()) {
                return spool.problem();
            }
            return open.get().spool().add(counts.segment(open.get().growing(), through(now)))
                    ? ""
                    : "the spool is full: the store has not taken segments for a long time, or reports.spool-size is too"
                            + " small";
        } catch (IOException error) {
            return spool.directory() + " cannot be written: " + SpoolAccess.reason(error, spool.directory());
        }
    }
}

package org.countersign.trace;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.countersign.dns.MeasuringClock;
import org.countersign.store.RetentionClock;
import org.countersign.store.Store;

/**
 * Removes messages that are older than {@code trace.days}, and the oldest ones while the store is larger than
 * {@code trace.max-size}. This is done in small steps, so that the writer is never busy with it for long. For one open
 * store.
 */
final class TraceRetention {
    /** About what a row has in a PostgreSQL database in addition to its explanation. */
    static final int OVERHEAD = 400;

    /** The most rows that one step removes. */
    static final int STEP_ROWS = 500;

    private static final int STEPS = 8;
    private static final long STEP_OCTETS = 4L << 20;
    private static final Duration AGE_INTERVAL = Duration.ofMinutes(1);
    // Counting the octets reads the whole narrow table.
    private static final Duration COUNT_INTERVAL = Duration.ofMinutes(10);

    private final Store store;
    private final TraceTable table;
    private final TraceSettings settings;
    private final RetentionClock ages;
    private Instant nextAge = Instant.MIN;
    private Instant nextCount = Instant.MIN;
    private long octets;

    TraceRetention(Store store, TraceTable table, TraceSettings settings) {
        this.store = store;
        this.table = table;
        this.settings = settings;
        this.ages = new RetentionClock(store);
    }

    /** Takes account of rows that were inserted. */
    void inserted(long rows, long explanationOctets) {
        octets += TraceTable.size(rows, explanationOctets);
    }

    /**
     * Does a few steps.
     *
     * @return whether more remain to be done at once
     */
    boolean run(Instant now) throws SQLException {
        boolean more = store.isFile() ? shrinkFile() : shrinkTables(now);
        if (MeasuringClock.hasCome(nextAge, AGE_INTERVAL, now)) {
            boolean old = removeOld(now);
            nextAge = old ? now : now.plus(AGE_INTERVAL);
            more |= old;
        }
        return more;
    }

    private boolean removeOld(Instant now) throws SQLException {
        long before = TraceIds.first(ages.time(now).minus(settings.age()));
        store.commit();
        for (int step = 0; step < STEPS; step++) {
            if (!removeStep(before)) {
                return false;
            }
        }
        return true;
    }

    /** Removes the oldest rows; false if there are none. */
    private boolean removeStep(long before) throws SQLException {
        TraceTable.Oldest oldest = table.oldest(STEP_ROWS, before);
        if (oldest.rows() == 0) {
            store.commit();
            return false;
        }
        table.removeUpTo(oldest.lastId());
        octets -= TraceTable.size(oldest.rows(), oldest.octets());
        return true;
    }

    /**
     * Keeps the file within its size. Rows are removed a little before the limit, and new rows use the free pages. Pages
     * are given back to the disk only if the file is larger than allowed.
     */
    private boolean shrinkFile() throws SQLException {
        long goal = settings.maxSize() - settings.maxSize() / 32;
        for (int step = 0; step < STEPS; step++) {
            Store.FileSize size = store.fileSize();
            if (size.used() > goal) {
                if (!removeStep(Long.MAX_VALUE)) {
                    return false;
                }
            } else if (size.total() > settings.maxSize()) {
                store.release(Math.min(STEP_OCTETS, size.total() - settings.maxSize()));
            } else {
                return false;
            }
        }
        return true;
    }

    /** PostgreSQL uses the room of removed rows again, but its files do not shrink; so the rows are counted. */
    private boolean shrinkTables(Instant now) throws SQLException {
        if (MeasuringClock.hasCome(nextCount, COUNT_INTERVAL, now)) {
            octets = table.octets();
            nextCount = now.plus(COUNT_INTERVAL);
        }
        for (int step = 0; step < STEPS; step++) {
            if (octets <= settings.maxSize() || !removeStep(Long.MAX_VALUE)) {
                return false;
            }
        }
        return true;
    }
}

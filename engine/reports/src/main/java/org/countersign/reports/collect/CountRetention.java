package org.countersign.reports.collect;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.countersign.dns.MeasuringClock;
import org.countersign.store.DayPartitions;
import org.countersign.store.RetentionClock;
import org.countersign.store.Store;

/**
 * Removes old counts in small steps, each in a transaction of its own, so that nothing waits for long. For one open store.
 */
final class CountRetention {
    /** For how long the numbers of batches are kept at least: longer than a segment may wait in a spool. */
    static final Duration BATCHES = Duration.ofDays(14);

    private static final Duration INTERVAL = Duration.ofMinutes(10);
    private static final int STEPS = 64;
    private static final int BUCKETS = 256;
    private static final int POLICIES = 500;
    private static final int SECONDS_OF_AN_HOUR = 3_600;
    // Free pages up to this size are left for new rows.
    private static final long MAX_FREE = 64L << 20;
    private static final long RELEASED = 4L << 20;

    private final Store store;
    private final CollectSettings.Keep keep;
    private final DayPartitions partitions;
    private final RetentionClock ages;
    private Instant next = Instant.MIN;
    // The last policy that was looked at; none at the beginning of a pass.
    private byte[] policy = {};
    private int policiesDay = Integer.MIN_VALUE;

    CountRetention(Store store, CollectSettings.Keep keep) {
        this.store = store;
        this.keep = keep;
        this.partitions = new DayPartitions(store, "report_row");
        this.ages = new RetentionClock(store);
    }

    /**
     * Does some steps, every ten minutes.
     *
     * @return whether more are to be done at once
     */
    boolean run(Instant now) throws SQLException {
        if (!MeasuringClock.hasCome(next, INTERVAL, now)) {
            return false;
        }
        boolean more = removeOld(ages.time(now));
        more |= release();
        next = more ? now : now.plus(INTERVAL);
        return more;
    }

    private boolean removeOld(Instant time) throws SQLException {
        store.commit();
        boolean more = removeRows(firstDay(time, keep.rows()));
        more |= removeBatches(time);
        more |= removePolicies(firstDay(time, keep.rows()));
        more |= removeByDay("report_traffic", firstDay(time, keep.days()));
        removeSmall(time);
        return more;
    }

    private static int firstDay(Instant now, Duration age) {
        return Days.of(now.minus(age).getEpochSecond());
    }

    private boolean removeRows(int firstDay) throws SQLException {
        if (!store.isFile()) {
            partitions.dropBefore(firstDay);
            return false;
        }
        // One range of the key at a time.
        int steps = STEPS;
        for (int day = oldest("report_row", "day"); day < firstDay; day = oldest("report_row", "day")) {
            try (PreparedStatement query = store.connection()
                            .prepareStatement("SELECT min(bucket) FROM report_row WHERE day = ? AND bucket >= ?");
                    PreparedStatement delete = store.connection()
                            .prepareStatement("DELETE FROM report_row WHERE day = ? AND bucket = ?")) {
                for (int bucket = 0; bucket < BUCKETS; bucket++) {
                    query.setInt(1, day);
                    query.setInt(2, bucket);
                    bucket = number(query, BUCKETS);
                    if (bucket < BUCKETS) {
                        delete.setInt(1, day);
                        delete.setInt(2, bucket);
                        delete.executeUpdate();
                        store.commit();
                        if (--steps == 0) {
                            return true;
                        }
                    }
                }
            }
        }
        return false;
    }

    private boolean removeBatches(Instant now) throws SQLException {
        Duration age = keep.rows().compareTo(BATCHES) > 0 ? keep.rows() : BATCHES;
        long before = now.minus(age).getEpochSecond();
        for (int step = 0; step < STEPS; step++) {
            long oldest;
            try (PreparedStatement query =
                    store.connection().prepareStatement("SELECT min(at) FROM report_batch WHERE at < ?")) {
                query.setLong(1, before);
                oldest = longNumber(query);
            }
            if (oldest == Long.MAX_VALUE) {
                store.commit();
                return false;
            }
            try (PreparedStatement delete =
                    store.connection().prepareStatement("DELETE FROM report_batch WHERE at < ?")) {
                delete.setLong(1, Math.min(before, oldest + SECONDS_OF_AN_HOUR));
                delete.executeUpdate();
            }
            store.commit();
        }
        return true;
    }

    /** Policies without rows since that day: once a day all of them are looked at, some at a time. */
    private boolean removePolicies(int firstDay) throws SQLException {
        if (policiesDay == firstDay) {
            return false;
        }
        for (int step = 0; step < STEPS; step++) {
            List<byte[]> old = new ArrayList<>();
            byte[] last = nextPolicies(firstDay, old);
            try (PreparedStatement delete = store.connection()
                    .prepareStatement("DELETE FROM report_policy WHERE policy_id = ? AND last_day < ?")) {
                for (byte[] id : old) {
                    delete.setBytes(1, id);
                    delete.setInt(2, firstDay);
                    delete.addBatch();
                }
                delete.executeBatch();
            }
            store.commit();
            policy = last;
            if (last.length == 0) {
                policiesDay = firstDay;
                return false;
            }
        }
        return true;
    }

    /** Finds the old ones among the next policies; returns the last key that was read, or nothing at the end. */
    private byte[] nextPolicies(int firstDay, List<byte[]> old) throws SQLException {
        try (PreparedStatement query = store.connection()
                .prepareStatement("SELECT policy_id, last_day FROM report_policy WHERE policy_id > ? ORDER BY policy_id"
                        + " LIMIT " + POLICIES)) {
            query.setBytes(1, policy);
            byte[] last = {};
            int read = 0;
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    last = rows.getBytes(1);
                    read++;
                    if (rows.getInt(2) < firstDay) {
                        old.add(Arrays.copyOf(last, last.length));
                    }
                }
            }
            return read < POLICIES ? new byte[0] : last;
        }
    }

    private boolean removeByDay(String table, int firstDay) throws SQLException {
        for (int step = 0; step < STEPS; step++) {
            int day = oldest(table, "day");
            if (day >= firstDay) {
                return false;
            }
            delete("DELETE FROM " + table + " WHERE day <= ?", day);
        }
        return true;
    }

    /** Tables with one row a day and host, or less. */
    private void removeSmall(Instant now) throws SQLException {
        delete("DELETE FROM report_lost WHERE day < ?", firstDay(now, keep.days()));
        delete(
                "DELETE FROM report_host WHERE seen_at < ?",
                now.minus(keep.days()).getEpochSecond());
    }

    private void delete(String sql, long limit) throws SQLException {
        try (PreparedStatement delete = store.connection().prepareStatement(sql)) {
            delete.setLong(1, limit);
            delete.executeUpdate();
        }
        store.commit();
    }

    private boolean release() throws SQLException {
        if (!store.isFile()) {
            return false;
        }
        Store.FileSize size = store.fileSize();
        store.commit();
        if (size.total() - size.used() <= MAX_FREE) {
            return false;
        }
        store.release(RELEASED);
        return true;
    }

    private int oldest(String table, String column) throws SQLException {
        try (PreparedStatement query =
                store.connection().prepareStatement("SELECT min(" + column + ") FROM " + table)) {
            return number(query, Integer.MAX_VALUE);
        } finally {
            store.commit();
        }
    }

    private static int number(PreparedStatement query, int none) throws SQLException {
        try (ResultSet rows = query.executeQuery()) {
            rows.next();
            int number = rows.getInt(1);
            return rows.wasNull() ? none : number;
        }
    }

    private static long longNumber(PreparedStatement query) throws SQLException {
        try (ResultSet rows = query.executeQuery()) {
            rows.next();
            long number = rows.getLong(1);
            return rows.wasNull() ? Long.MAX_VALUE : number;
        }
    }
}

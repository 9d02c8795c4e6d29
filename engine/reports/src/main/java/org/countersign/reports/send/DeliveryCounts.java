package org.countersign.reports.send;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.countersign.store.Store;

/**
 * Counts the deliveries in the store, for the limits on what is sent. Suppressed ones do not count. The counts hold for all hosts
 * together until the transaction ends that {@link #lock} begins. For one thread.
 */
final class DeliveryCounts {
    // The last reports of a process are due within the hour. What is later was made before the clock was set back.
    private static final Duration MAX_AHEAD = Duration.ofHours(1);

    private final Store store;

    DeliveryCounts(Store store) {
        this.store = store;
    }

    /**
     * Lets no other host count and add deliveries until the transaction that it begins ends, so that limits hold for all
     * hosts together. What was done before is committed: SQLite refuses at once to change a file that this transaction has
     * read, while another program changes it.
     */
    void lock() throws SQLException {
        store.connection().commit();
        try (PreparedStatement insert = store.connection()
                .prepareStatement("INSERT INTO report_setting (name, content) VALUES ('limits', '')"
                        + " ON CONFLICT (name) DO UPDATE SET content = excluded.content")) {
            insert.executeUpdate();
        }
    }

    /**
     * How many deliveries of failure reports there are.
     *
     * @param all to all addresses in the last hour
     * @param toAddress to one of them in a day
     * @param justNow to that one in the last minute
     */
    record FailureCount(long all, long toAddress, long justNow) {}

    /** Counts the deliveries of failure reports. */
    FailureCount ofFailureReports(MailAddress address, Instant now) throws SQLException {
        long hour = now.minus(Duration.ofHours(1)).getEpochSecond();
        long day = PlannedReport.dayOf(now);
        try (PreparedStatement query = store.connection()
                .prepareStatement("SELECT sum(CASE WHEN first_at > ? THEN 1 ELSE 0 END),"
                        + " sum(CASE WHEN day = ? AND lower(address) = ? THEN 1 ELSE 0 END),"
                        + " sum(CASE WHEN first_at > ? AND lower(address) = ? THEN 1 ELSE 0 END)"
                        + " FROM report_delivery WHERE day >= ? AND first_at <= ? AND kind = 'failure'"
                        + " AND state <> 'suppressed'")) {
            query.setLong(1, hour);
            query.setLong(2, day);
            query.setString(3, address.key());
            query.setLong(4, now.minus(Duration.ofMinutes(1)).getEpochSecond());
            query.setString(5, address.key());
            query.setLong(6, day - 1);
            query.setLong(7, now.plus(MAX_AHEAD).getEpochSecond());
            try (ResultSet rows = query.executeQuery()) {
                return rows.next()
                        ? new FailureCount(rows.getLong(1), rows.getLong(2), rows.getLong(3))
                        : new FailureCount(0, 0, 0);
            }
        }
    }

    /**
     * How many deliveries of aggregate reports about a day there are.
     *
     * @param all to all addresses
     * @param toAddress to one of them
     */
    record DayCount(long all, long toAddress) {}

    /** Counts the deliveries of aggregate reports about a day. */
    DayCount ofDay(long day, MailAddress address) throws SQLException {
        try (PreparedStatement query = store.connection()
                .prepareStatement("SELECT count(*), sum(CASE WHEN lower(address) = ? THEN 1 ELSE 0 END)"
                        + " FROM report_delivery WHERE day = ? AND kind = 'aggregate' AND state <> 'suppressed'")) {
            query.setString(1, address.key());
            query.setLong(2, day);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? new DayCount(rows.getLong(1), rows.getLong(2)) : new DayCount(0, 0);
            }
        }
    }
}

package org.countersign.reports.receive;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.countersign.store.Store;

/**
 * The statements that note what was refused. Strangers choose senders and names, so what is noted is bounded: one row a day
 * for each sender and reason, and one for all others once there are very many.
 */
final class RefusedTable {
    private static final int MAX_ROWS_OF_DAY = 1000;
    private static final String OTHERS = "more than " + MAX_ROWS_OF_DAY + " different senders and reasons on this day";
    private static final long SECONDS_OF_DAY = 86_400;

    private final Store store;

    RefusedTable(Store store) {
        this.store = store;
    }

    /**
     * Something that is refused.
     *
     * @param sender the author of the message; empty text if there is none
     * @param name of the file or part
     * @param why one clause
     */
    record Refusal(String sender, String name, String why, long octets) {}

    /** Notes a refusal, or counts it once more. */
    void note(Refusal refusal, long now) throws SQLException {
        if (!count(refusal, now)) {
            insert(isFull(now) ? new Refusal("", "", OTHERS, 0) : refusal, now);
        }
    }

    private static byte[] id(Refusal refusal, long now) {
        return new KeyDigest()
                .with(now / SECONDS_OF_DAY)
                .with(refusal.sender())
                .with(refusal.why())
                .key();
    }

    private boolean count(Refusal refusal, long now) throws SQLException {
        try (PreparedStatement update = store.connection()
                .prepareStatement("UPDATE received_refused SET times = times + 1, at = ?, name = ?, octets = ?"
                        + " WHERE id = ?")) {
            update.setLong(1, now);
            update.setString(2, refusal.name());
            update.setLong(3, refusal.octets());
            update.setBytes(4, id(refusal, now));
            return update.executeUpdate() > 0;
        }
    }

    private boolean isFull(long now) throws SQLException {
        try (PreparedStatement select =
                store.connection().prepareStatement("SELECT COUNT(*) FROM received_refused WHERE at >= ?")) {
            select.setLong(1, now - now % SECONDS_OF_DAY);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() && rows.getLong(1) >= MAX_ROWS_OF_DAY;
            }
        }
    }

    private void insert(Refusal refusal, long now) throws SQLException {
        try (PreparedStatement insert = store.connection()
                .prepareStatement("INSERT INTO received_refused (id, at, sender, name, why, octets, times)"
                        + " VALUES (?, ?, ?, ?, ?, ?, 1)"
                        + " ON CONFLICT (id) DO UPDATE SET times = received_refused.times + 1, at = excluded.at")) {
            insert.setBytes(1, id(refusal, now));
            insert.setLong(2, now);
            insert.setString(3, refusal.sender());
            insert.setString(4, refusal.name());
            insert.setString(5, refusal.why());
            insert.setLong(6, refusal.octets());
            insert.executeUpdate();
        }
    }
}

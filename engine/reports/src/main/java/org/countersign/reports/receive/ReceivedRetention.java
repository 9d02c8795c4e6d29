package org.countersign.reports.receive;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.countersign.store.RetentionClock;
import org.countersign.store.Store;

/**
 * Removes what is too old, a little with each message: so no transaction is long, and no process is needed for it. The
 * caller commits.
 */
final class ReceivedRetention {
    // More than one message brings, so that the rest becomes smaller.
    private static final int MAX_REPORTS = 5;
    // Those are for the operator of today.
    private static final long REFUSED_DAYS = 30;

    private final Store store;
    private final ReceiveSettings.Keep keep;

    ReceivedRetention(Store store, ReceiveSettings.Keep keep) {
        this.store = store;
        this.keep = keep;
    }

    void run(Instant clock) throws SQLException {
        long now = new RetentionClock(store).time(clock).getEpochSecond();
        ReceivedTables tables = new ReceivedTables(store);
        for (byte[] id : old(now - keep.reports().toSeconds())) {
            tables.delete(id);
        }
        remove(
                "DELETE FROM received_failure WHERE day < ?",
                now / ReceivedTables.SECONDS_OF_DAY - keep.failures().toDays());
        remove("DELETE FROM received_refused WHERE at < ?", now - REFUSED_DAYS * ReceivedTables.SECONDS_OF_DAY);
    }

    private List<byte[]> old(long before) throws SQLException {
        try (PreparedStatement select = store.connection()
                .prepareStatement("SELECT id FROM received_report WHERE got_at < ? ORDER BY got_at LIMIT ?")) {
            select.setLong(1, before);
            select.setInt(2, MAX_REPORTS);
            try (ResultSet rows = select.executeQuery()) {
                List<byte[]> ids = new ArrayList<>();
                while (rows.next()) {
                    ids.add(Objects.requireNonNull(rows.getBytes(1)));
                }
                return ids;
            }
        }
    }

    private void remove(String statement, long before) throws SQLException {
        try (PreparedStatement delete = store.connection().prepareStatement(statement)) {
            delete.setLong(1, before);
            delete.executeUpdate();
        }
    }
}

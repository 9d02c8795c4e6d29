package org.countersign.reports.send;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.countersign.store.Store;

/** Addresses that get no reports for a time, because a report to them was refused or came back. For one thread. */
final class Suppressions {
    /** For how long after the first, the second and each later failure. */
    private static final List<Duration> TIMES = List.of(Duration.ofDays(7), Duration.ofDays(28), Duration.ofDays(90));

    // A failure long ago says nothing about the next one.
    private static final Duration MEMORY = Duration.ofDays(180);

    private final Store store;

    Suppressions(Store store) {
        this.store = store;
    }

    /** Whether an address gets no reports now. */
    boolean isSuppressed(MailAddress address, Instant now) throws SQLException {
        try (PreparedStatement query = store.connection()
                .prepareStatement("SELECT 1 FROM report_suppression WHERE address = ? AND until > ?")) {
            query.setString(1, address.key());
            query.setLong(2, now.getEpochSecond());
            try (ResultSet rows = query.executeQuery()) {
                return rows.next();
            }
        }
    }

    /**
     * Notes a failure. The caller commits.
     *
     * @param address in the form of {@link MailAddress#key()}
     * @param why the reply of the server, or that a report came back
     */
    void add(String address, String why, Instant now) throws SQLException {
        // Two hosts may add the same address: each step keeps the row of the other.
        try (PreparedStatement insert = store.connection()
                        .prepareStatement("INSERT INTO report_suppression (address, until, times, why)"
                                + " VALUES (?, 0, 0, '') ON CONFLICT (address) DO NOTHING");
                PreparedStatement update = store.connection()
                        .prepareStatement("UPDATE report_suppression SET times = times + 1, why = ?, until = CASE times"
                                + " WHEN 0 THEN ? WHEN 1 THEN ? ELSE ? END WHERE address = ? AND until <= ?")) {
            insert.setString(1, address);
            insert.executeUpdate();
            update.setString(1, why);
            for (int i = 0; i < TIMES.size(); i++) {
                update.setLong(2 + i, now.plus(TIMES.get(i)).getEpochSecond());
            }
            update.setString(2 + TIMES.size(), address);
            update.setLong(3 + TIMES.size(), now.getEpochSecond());
            update.executeUpdate();
        }
    }

    /** Forgets failures that were long ago. The caller commits. */
    void removeOld(Instant now) throws SQLException {
        try (PreparedStatement delete =
                store.connection().prepareStatement("DELETE FROM report_suppression WHERE until < ?")) {
            delete.setLong(1, now.minus(MEMORY).getEpochSecond());
            delete.executeUpdate();
        }
    }
}
